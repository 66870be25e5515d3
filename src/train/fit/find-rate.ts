import { createRandom } from "../../core/random.ts";
import { UserError } from "../../core/errors.ts";
import { startingMomentum } from "../program/schedules/index.ts";
import type { FitOptions } from "./fit.ts";
import type { ReplicaGroup } from "../replicas/replica-group.ts";
import { classWeightsOf, epochOrder, positiveWeightsOf } from "./sampling.ts";

export interface FindRateOptions extends Pick<
  FitOptions,
  "data" | "classes" | "train" | "training" | "seed" | "signal"
> {
  /** Holds the weights to start from, and holds them again afterwards. */
  readonly replicas: ReplicaGroup;
  /** Default 1e-7. */
  readonly from?: number;
  /** Default 10. */
  readonly to?: number;
  /** Updates at most; default 100. */
  readonly steps?: number;
  readonly onStep?: (stepsDone: number) => void;
}

/** How the loss went while the learning rate rose. */
export interface RateSearch {
  readonly rates: readonly number[];
  /** Of each step's batch, before its update. */
  readonly losses: readonly number[];
  /** Their exponential moving average. */
  readonly smoothed: readonly number[];
  /** Where the smoothed loss falls most steeply; absent where it nowhere falls. */
  readonly suggestion: number | undefined;
  /** Whether it ended because the loss exploded. */
  readonly exploded: boolean;
}

/** Keeps this share of the average at each step, and ends where it is this many times the least so far: as fastai 1 does. */
const smoothing = 0.98;
const explosion = 4;
/** Steps that are asked for at once. */
const chunk = 10;

/**
 * The learning-rate range test (Smith 2017): a short training in which the rate rises exponentially from step to step, until the loss
 * explodes. The weights are as before afterwards.
 */
export async function findRate(options: FindRateOptions): Promise<RateSearch> {
  const { replicas, data, classes, train, training, seed, signal, onStep } = options;
  const { from = 1e-7, to = 10, steps = 100 } = options;
  if (!(from > 0 && to > from)) {
    throw new UserError(`Cannot search a learning rate: expected one range of positive rates, found ${from} to ${to}.`);
  }
  const rates = Array.from({ length: steps }, (_, i) => from * (to / from) ** (i / Math.max(1, steps - 1)));
  const order = longOrder(options, steps * training.batch);
  const before = await replicas.read();
  const losses: number[] = [];
  const smoothed: number[] = [];
  let exploded = false;
  try {
    while (losses.length < steps && !exploded) {
      signal?.throwIfAborted();
      const done = losses.length;
      const learningRates = Float32Array.from(rates.slice(done, done + chunk));
      const result = await replicas.trainEpoch({
        order: order.subarray(done * training.batch, (done + chunk) * training.batch),
        learningRates,
        // The momentum that a schedule would begin with, throughout.
        momenta: startingMomentum(training.schedule, learningRates.length),
        stepsBefore: done,
        seed: `find-rate/${seed}/${done}`,
        classWeights: classWeightsOf(train, training.classWeights, { data, classes }),
        positiveWeights: positiveWeightsOf(train, training.loss, { data, classes }),
        augmentation: training.augmentation,
        mixup: training.mixup,
      });
      for (const loss of result.losses) {
        losses.push(loss);
        smoothed.push(corrected(losses));
        exploded = smoothed.at(-1)! > explosion * Math.min(...smoothed);
        if (exploded) break;
      }
      exploded ||= result.failure !== undefined;
      onStep?.(losses.length);
    }
  } finally {
    await replicas.write(before);
  }
  return { rates: rates.slice(0, losses.length), losses, smoothed, suggestion: steepest(rates, smoothed), exploded };
}

/** As many rows as the search may need, epoch after epoch. */
function longOrder({ train, training, data, classes, seed }: FindRateOptions, length: number): Int32Array {
  const order = new Int32Array(length);
  for (let start = 0, epoch = 1; start < length; start += train.length, epoch++) {
    const random = createRandom(`find-rate/${seed}/epoch/${epoch}`);
    const rows = epochOrder(train, training.sampling, { data, classes, random });
    order.set(rows.subarray(0, Math.min(train.length, length - start)), start);
  }
  return order;
}

/** The moving average of all losses so far, corrected for its beginning at 0. */
function corrected(losses: readonly number[]): number {
  const average = losses.reduce((sum, loss) => smoothing * sum + (1 - smoothing) * loss, 0);
  return average / (1 - smoothing ** losses.length);
}

/**
 * The rate at which the loss falls most over the logarithm of the rate, by central differences. The first tenth of the steps is left out: the
 * average over few batches still jumps there.
 */
function steepest(rates: readonly number[], smoothed: readonly number[]): number | undefined {
  let best: number | undefined;
  let least = 0;
  for (let i = Math.max(1, Math.ceil(rates.length / 10)); i + 1 < smoothed.length; i++) {
    const slope = (smoothed[i + 1]! - smoothed[i - 1]!) / Math.log(rates[i + 1]! / rates[i - 1]!);
    if (slope >= least) continue;
    least = slope;
    best = rates[i];
  }
  return best;
}
