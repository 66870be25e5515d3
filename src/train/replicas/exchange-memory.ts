import type { TrainingProgram } from "../program/training-program.ts";

/**
 * Memory that the replicas of one training exchange through: over `SharedArrayBuffer`s between threads, over plain
 * buffers within one.
 */
export interface ExchangeMemory {
  /** [shard][value]: the gradients of the trained parameters, then the new running statistics. */
  readonly gradients: readonly Float32Array[];
  /** [value] */
  readonly parameters: Float32Array;
  /** [slot][value], the moments and averages of the trained parameters. */
  readonly slots: readonly Float32Array[];
  /** [shard]: the sum of squares of the gradient in its range, with clipping by norm. */
  readonly squares: Float64Array;
  /**
   * [0]: 1 asks the replicas to stop; [1]: steps done in this epoch; [2]: replica 0's decision for this step, made
   * between the two barriers so that all replicas read the same; [3 + kind]: 1 where something was not finite, see `failureKinds`.
   */
  readonly control: Int32Array;
}

/** What was not finite in a step, in the order in which it comes about; weights are those that the update gave. */
export const failureKinds = ["loss", "gradient", "weights"] as const;

export function allocateExchange(program: TrainingProgram, buffer: (bytes: number) => ArrayBufferLike): ExchangeMemory {
  const vector = (length: number) => new Float32Array(buffer(length * 4));
  const { layout } = program;
  return {
    gradients: program.ranges.map(() => vector(layout.movedSize)),
    parameters: vector(layout.size),
    slots: Array.from({ length: program.slotCount }, () => vector(layout.trainedSize)),
    squares: new Float64Array(buffer(program.ranges.length * 8)),
    control: new Int32Array(buffer((3 + failureKinds.length) * 4)),
  };
}
