import { type Random, createRandom } from "../../core/random.ts";
import { type Augmentation, copyAugmented } from "./augmentation.ts";
import { createCropper } from "./crop.ts";
import { createExtraBatch, mixRows } from "../../signal/index.ts";
import { lossOf } from "../program/losses/index.ts";
import { type MixupSettings, drawMixture } from "./mixup.ts";
import { type TrainingData, addTargets } from "./training-data.ts";
import type { TrainingProgram } from "../program/training-program.ts";

/** What the batches of an epoch are made from. */
export interface BatchRequest {
  /** Rows in the order in which they are learnt; the last batch may be short. */
  readonly order: Int32Array;
  /** Names the random streams of this epoch. */
  readonly seed: string;
  /** [class] */
  readonly classWeights: Float32Array;
  /** [class]; absent: all 1. */
  readonly positiveWeights?: Float32Array | undefined;
  readonly augmentation: Augmentation;
  readonly mixup?: MixupSettings | undefined;
}

/** What is drawn for the rows of a part. */
interface RowDraws {
  readonly augmentation: Augmentation;
  readonly random: Random;
  readonly crop: Random;
}

/** What of a training program a batch depends on. */
export type BatchProgram = Pick<
  TrainingProgram,
  "shardSize" | "classCount" | "channels" | "samples" | "loss" | "extras" | "ranges" | "accumulation" | "masks"
>;

export interface BatchFiller {
  /** The data inputs of the gradient model, and its masks. */
  readonly feeds: Readonly<Record<string, Float32Array>>;
  /** Fills them with one part of a step's batch; the parts are counted over all replicas. */
  fill(request: BatchRequest, place: { readonly step: number; readonly part: number }): void;
}

/** Puts a part of a batch together, always in the same arrays. */
export function createBatchFiller({ program, data }: { program: BatchProgram; data: TrainingData }): BatchFiller {
  const { shardSize, classCount, channels, samples, loss, extras } = program;
  const batchSize = shardSize * program.ranges.length * program.accumulation;
  const rowLength = channels * samples;
  const kind = lossOf(loss);
  const cropped = createCropper(data, program);
  const x = new Float32Array(shardSize * rowLength);
  const y = new Float32Array(shardSize * classCount);
  const w = new Float32Array(shardSize);
  const classWeights = new Float32Array(classCount);
  const positiveWeights = new Float32Array(classCount);
  const partner = new Float32Array(rowLength);
  const extraBatch = createExtraBatch(extras, { data, batch: shardSize });
  const masks = program.masks.map((mask) => ({
    ...mask,
    values: new Float32Array(mask.shape.reduce((product, size) => product * size, 1)),
  }));

  /** Sets the class weights for the whole batch, and returns what the sum of its rows' losses is divided by. */
  const weigh = (request: BatchRequest, rows: Int32Array): number => {
    const totals = new Float64Array(classCount);
    for (const row of rows) addTargets(totals, { data, row, share: 1 });
    const factors = kind.batchWeights?.(
      totals.map((total) => total / rows.length),
      loss,
    );
    let weightSum = 0;
    for (let label = 0; label < classCount; label++) {
      classWeights[label] = request.classWeights[label]! * (factors?.[label] ?? 1);
      weightSum += classWeights[label]! * totals[label]!;
    }
    if (request.positiveWeights === undefined) positiveWeights.fill(1);
    else positiveWeights.set(request.positiveWeights);
    return kind.divisor === "weights" ? weightSum : rows.length;
  };

  const copyRow = (row: number, target: Float32Array, { augmentation, random, crop }: RowDraws) =>
    copyAugmented(cropped(row, crop), target, { channels, samples, augmentation, random });

  return {
    feeds: {
      x,
      ...extraBatch.feeds,
      y,
      w,
      classWeights,
      positiveWeights,
      ...Object.fromEntries(masks.map((m) => [m.name, m.values])),
    },
    fill: (request, { step, part }) => {
      const { order, mixup, seed } = request;
      const start = step * batchSize;
      const batch = order.subarray(start, Math.min(order.length, start + batchSize));
      const divisor = weigh(request, batch);
      const mixture = mixup && drawMixture(mixup, { rows: batch.length, seed: `${seed}/${step}/mixup` });
      const draws: RowDraws = {
        augmentation: request.augmentation,
        random: createRandom(`${seed}/${step}/${part}/augmentation`),
        crop: createRandom(`${seed}/${step}/${part}/crop`),
      };
      y.fill(0);
      for (let i = 0; i < shardSize; i++) {
        const at = part * shardSize + i;
        // A short last batch is filled up with the epoch's first rows at weight 0: they teach nothing, and batch norm
        // takes its statistics from different rows and not from one repeated.
        const row = order[(start + at) % order.length]!;
        const input = x.subarray(i * rowLength, (i + 1) * rowLength);
        const targets = y.subarray(i * classCount, (i + 1) * classCount);
        copyRow(row, input, draws);
        extraBatch.copy(row, i);
        const filling = at >= batch.length;
        if (mixture === undefined || filling) addTargets(targets, { data, row, share: 1 });
        else {
          const other = batch[mixture.partners[at]!]!;
          copyRow(other, partner, draws);
          mixRows(input, partner, mixture);
          extraBatch.mix(other, i, mixture);
          addTargets(targets, { data, row, share: mixture.share });
          addTargets(targets, { data, row: other, share: 1 - mixture.share });
        }
        // A batch of rows that all weigh nothing teaches nothing.
        w[i] = filling || divisor <= 0 ? 0 : 1 / divisor;
      }
      for (const mask of masks) fillMask(mask.values, mask.rate, `${seed}/${step}/${part}/${mask.name}`);
    },
  };
}

/** Each draw of 32 bits decides two values, by 16 bits each. */
function fillMask(values: Float32Array, rate: number, seed: string): void {
  const random = createRandom(seed);
  const dropped = Math.round(rate * 65536);
  const kept = 65536 / (65536 - dropped);
  for (let i = 0; i < values.length; i += 2) {
    const bits = Math.floor(random.uniform() * 4294967296);
    values[i] = (bits & 0xffff) < dropped ? 0 : kept;
    if (i + 1 < values.length) values[i + 1] = bits >>> 16 < dropped ? 0 : kept;
  }
}
