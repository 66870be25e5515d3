import { type Tensor, add, mul, scalar, scale, sub } from "../../../tensor/index.ts";

/** What an update reads; all vectors have the same length. */
export interface UpdateInputs {
  readonly parameters: Tensor;
  readonly gradients: Tensor;
  /** Moments from the step before, as many as `slots` says. */
  readonly slots: readonly Tensor[];
  /** Scalar, as the following ones are. */
  readonly learningRate: Tensor;
  /** 1 / (1 − β1^t) and 1 / (1 − β2^t), for t = 1, 2, … */
  readonly correction1: Tensor;
  readonly correction2: Tensor;
  /** In place of the settings' momentum (or β1), where a schedule moves it. */
  readonly momentum?: Tensor | undefined;
  /** A vector: 1 where weight decay applies, else 0. */
  readonly decay: Tensor;
}

export interface UpdateOutputs {
  readonly parameters: Tensor;
  readonly slots: readonly Tensor[];
}

/** An optimizer, declared once; `optimizer-table.ts` lists them. */
export interface OptimizerKind<Settings> {
  /** Vectors of moments that it carries from step to step. */
  slots(settings: Settings): number;
  /** What a schedule may move: the momentum or β1; absent where there is none. */
  momentum(settings: Settings): number | undefined;
  /** β2, for the second correction. */
  beta2?(settings: Settings): number;
  /** One update as a graph over flat vectors. */
  update(settings: Settings, inputs: UpdateInputs): UpdateOutputs;
}

/** keep·old + now */
export function decayedSum(old: Tensor, now: Tensor, keep: number | Tensor): Tensor {
  return add(typeof keep === "number" ? scale(old, keep) : mul(old, keep), now);
}

/** keep·old + (1 − keep)·now, for a share that changes from step to step. */
export function movingAverage(old: Tensor, now: Tensor, keep: Tensor): Tensor {
  return add(mul(old, keep), mul(now, sub(scalar(1), keep)));
}

/** The gradients of the loss with an L2 penalty ½·weightDecay·Σ w² on kernels. */
export function penalised({ gradients, parameters, decay }: UpdateInputs, weightDecay: number): Tensor {
  return weightDecay === 0 ? gradients : add(gradients, scale(mul(parameters, decay), weightDecay));
}
