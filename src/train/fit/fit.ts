import { createRandom } from "../../core/random.ts";
import { UserError } from "../../core/errors.ts";
import type { Checkpoint, EpochRecord } from "./checkpoint.ts";
import { checkFitting } from "./check-fitting.ts";
import type { Diagnosis } from "../program/diagnosis.ts";
import { explainFailure } from "./explain-failure.ts";
import { weightsOf } from "../program/parameter-layout.ts";
import type { GroupEpoch, ReplicaGroup, TrainerState } from "../replicas/replica-group.ts";
import { classWeightsOf, epochOrder, positiveWeightsOf } from "./sampling.ts";
import { movesMomentum, scheduleOf } from "../program/schedules/index.ts";
import type { TrainingData } from "../batches/training-data.ts";
import type { TrainingSettings } from "./training-settings.ts";
import { judge, monitored } from "./validation.ts";
import { averagedParameters } from "../program/weight-averaging.ts";

/** What a training tells while it runs. */
export type TrainEvent =
  | {
      readonly kind: "start";
      readonly parameters: number;
      readonly trainRows: number;
      readonly validationRows: number;
      readonly stepsPerEpoch: number;
      /** Epochs done before, where it continues a checkpoint. */
      readonly epochsDone: number;
      /** From 1, where the training has stages. */
      readonly stage?: number;
    }
  | { readonly kind: "progress"; readonly epoch: number; readonly step: number; readonly steps: number }
  | { readonly kind: "epoch"; readonly record: EpochRecord; readonly best: boolean }
  /** To be written before the training goes on, where it is to survive a kill. */
  | { readonly kind: "checkpoint"; readonly checkpoint: Checkpoint }
  | {
      readonly kind: "end";
      readonly reason: "all epochs done" | "no better epoch" | "paused" | "stopped";
      readonly bestEpoch: number;
      readonly epochs: readonly EpochRecord[];
      /** Of the best epoch, by name. */
      readonly weights: ReadonlyMap<string, Float32Array>;
    };

export interface FitOptions {
  /** Holds the starting weights. */
  readonly replicas: ReplicaGroup;
  readonly data: TrainingData;
  readonly classes: readonly string[];
  readonly train: Int32Array;
  readonly validation: Int32Array;
  /** Of one stage, see `stagesOf`. */
  readonly training: TrainingSettings;
  /** Which stage, from 1, where there are several; what it continues has the epochs of those before. */
  readonly stage?: number | undefined;
  readonly seed: number;
  /** See `Checkpoint.fingerprint`. */
  readonly fingerprint: string;
  readonly resumeFrom?: Checkpoint;
  /** Pauses once this many epochs are done; its checkpoint goes on as if it never had. */
  readonly pauseAfter?: number | undefined;
  /** See `BuiltProgram`; names the layer where a loss is not finite. */
  readonly diagnosis?: () => Diagnosis;
  /** Milliseconds, for durations. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/**
 * Trains a net and keeps the epoch that is best on the validation rows, or the last one. The random streams are named by seed and epoch,
 * so a training continued from a checkpoint draws the same numbers as one that never stopped. Leaves the best weights
 * in the replicas.
 */
export async function* fit(options: FitOptions): AsyncGenerator<TrainEvent, void> {
  const { replicas, data, classes, train, validation, training, stage, seed, fingerprint, resumeFrom, now, signal } =
    options;
  checkFitting(options);
  const { layout } = replicas.program;
  const { schedule, monitor } = training;
  const stepsPerEpoch = Math.ceil(train.length / training.batch);
  const classWeights = classWeightsOf(train, training.classWeights, { data, classes });
  const positiveWeights = positiveWeightsOf(train, training.loss, { data, classes });

  let epochs: EpochRecord[] = [];
  let steps = 0;
  let best: Checkpoint["best"] | undefined;
  if (resumeFrom !== undefined) {
    if (resumeFrom.fingerprint !== fingerprint) {
      throw new UserError(
        "Cannot resume: expected the checkpoint of this recipe and fold, found one of another training.",
      );
    }
    ({ steps, best } = resumeFrom);
    epochs = [...resumeFrom.epochs];
    await replicas.write(resumeFrom.state);
  }
  /** Epochs of the stages before. */
  const earlier = epochs.filter((record) => record.stage !== stage).length;
  let before = await replicas.read();
  yield {
    kind: "start",
    parameters: layout.places.reduce((sum, place) => sum + place.length, 0),
    trainRows: train.length,
    validationRows: validation.length,
    stepsPerEpoch,
    epochsDone: epochs.length,
    ...(stage === undefined ? {} : { stage }),
  };

  const judgeHeld = async () =>
    judge(await replicas.score(validation), validation, { data, classes, loss: replicas.program.loss, monitor });
  /** What may be kept: the weights as they are, or the best of their averages. */
  const judgeWeights = async (state: TrainerState): Promise<JudgedWeights> => {
    const decays = training.averaging?.decays ?? [];
    if (decays.length === 0) return { kept: state.parameters, decay: undefined, validation: await judgeHeld() };
    let best: JudgedWeights | undefined;
    for (const [index, decay] of decays.entries()) {
      const average = state.slots[state.slots.length - decays.length + index]!;
      const kept = averagedParameters(state.parameters, average, layout);
      await replicas.write({ ...state, parameters: kept });
      const judged = await judgeHeld();
      const scoreOf = (each: EpochRecord["validation"]) => monitored(each, monitor);
      if (best === undefined || scoreOf(judged) > scoreOf(best.validation)) best = { kept, decay, validation: judged };
    }
    await replicas.write(state);
    return best!;
  };
  const patienceSpent = () =>
    best !== undefined &&
    training.patience !== undefined &&
    epochs.length - Math.max(best.epoch, earlier) >= training.patience;
  const isDone = () => epochs.length - earlier >= training.epochs || patienceSpent();
  let stopped = false;
  while (!isDone() && epochs.length < (options.pauseAfter ?? Infinity)) {
    if (signal?.aborted === true) {
      stopped = true;
      break;
    }
    const epoch = epochs.length + 1;
    const started = now();
    const random = createRandom(`fit/${seed}/epoch/${epoch}`);
    const scores = epochs.slice(earlier).map((record) => monitored(record.validation, monitor));
    const place = (i: number) => ({ step: steps + i, stepsPerEpoch, epochs: training.epochs, scores });
    const { rate, momentum } = scheduleOf(schedule);
    const perStep = (value: (i: number) => number) => Float32Array.from({ length: stepsPerEpoch }, (_, i) => value(i));
    const learningRates = perStep((i) => training.learningRate * rate(schedule, place(i)));
    const progress = createProgressQueue();
    const request: GroupEpoch = {
      order: epochOrder(train, training.sampling, { data, classes, random }),
      learningRates,
      momenta: movesMomentum(schedule) ? perStep((i) => momentum!(schedule, place(i))) : undefined,
      stepsBefore: steps,
      seed: `fit/${seed}/masks/${epoch}`,
      classWeights,
      positiveWeights,
      augmentation: training.augmentation,
      mixup: training.mixup,
    };
    const running = replicas
      .trainEpoch(request, { onStep: progress.push, ...(signal === undefined ? {} : { signal }) })
      .finally(progress.end);
    // Its failure is thrown below, once the progress is through.
    running.catch(() => {});
    for await (const step of progress) yield { kind: "progress", epoch, step, steps: stepsPerEpoch };
    const { losses, finished, failure } = await running;
    if (failure !== undefined) {
      const where = await explainFailure({ replicas, request, before, failure, diagnosis: options.diagnosis });
      throw new UserError(
        `Cannot go on training: expected a finite loss, found ${failure.loss} at step ${failure.step + 1} of epoch ${epoch} ` +
          `(update ${steps + failure.step + 1}). ${where} A lower learning rate may help.`,
      );
    }
    if (!finished) {
      stopped = true;
      break;
    }
    steps += stepsPerEpoch;
    const state = await replicas.read();
    const { kept, decay, validation: judged } = await judgeWeights(state);
    const record: EpochRecord = {
      epoch,
      trainLoss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
      validation: judged,
      ...(decay === undefined ? {} : { decay }),
      learningRate: learningRates[stepsPerEpoch - 1]!,
      seconds: (now() - started) / 1000,
      ...(stage === undefined ? {} : { stage }),
    };
    if (!Number.isFinite(record.validation.loss)) {
      const where = await explainFailure({ replicas, request, before, diagnosis: options.diagnosis });
      throw new UserError(
        `Cannot go on training: expected a finite loss on the validation rows, found ${record.validation.loss} ` +
          `after epoch ${epoch} (update ${steps}). ${where} A lower learning rate may help.`,
      );
    }
    epochs.push(record);
    before = state;
    const score = monitored(record.validation, monitor);
    const better = best === undefined || monitor === "last" || score > best.score;
    if (better) best = { epoch, score, parameters: kept.slice() };
    yield { kind: "epoch", record, best: better };
    yield { kind: "checkpoint", checkpoint: { fingerprint, epochs: [...epochs], steps, best: best!, state } };
  }

  if (best === undefined) throw new UserError("Training was stopped before its first epoch was done.");
  const { slots } = await replicas.read();
  await replicas.write({ parameters: best.parameters, slots });
  yield {
    kind: "end",
    reason: stopped ? "stopped" : !isDone() ? "paused" : patienceSpent() ? "no better epoch" : "all epochs done",
    bestEpoch: best.epoch,
    epochs,
    weights: weightsOf(best.parameters, layout),
  };
}

interface JudgedWeights {
  readonly kept: Float32Array;
  /** Of the average; absent where it is the weights themselves. */
  readonly decay: number | undefined;
  readonly validation: EpochRecord["validation"];
}

/** Passes on the latest step number while an epoch runs. */
function createProgressQueue() {
  let latest: number | undefined;
  let ended = false;
  let wake: (() => void) | undefined;
  return {
    push: (step: number) => {
      latest = step;
      wake?.();
    },
    end: () => {
      ended = true;
      wake?.();
    },
    async *[Symbol.asyncIterator]() {
      while (!ended) {
        if (latest === undefined) await new Promise<void>((resolve) => (wake = resolve));
        const step = latest;
        latest = undefined;
        if (step !== undefined && !ended) yield step;
      }
    },
  };
}
