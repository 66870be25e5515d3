import type { Tensor } from "../tensor.ts";

export interface ReadOnnxOptions {
  /** The size of a first axis that the file leaves open. */
  readonly batch?: number;
  /** Sizes of other open axes by the names that the file gives them, such as `time`. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Tensors to stand in the place of the file's inputs, so that its graph continues another one. */
  readonly inputs?: Readonly<Record<string, Tensor>>;
  /** The same for a file of one input, whatever its name. */
  readonly input?: Tensor;
  /** Values to read, by any name in the file's graph; its outputs where absent. */
  readonly outputs?: readonly string[];
  /**
   * "inference" (where absent): batch normalisation by running statistics, no dropout. "training": by the batch's
   * statistics, the running ones follow (`updates`), and dropout with masks to be fed.
   */
  readonly mode?: "training" | "inference";
  /**
   * Which float32 initializers are weights; the others become constants. Where absent, all that have axes, and in our
   * own files those that were parameters.
   */
  readonly isParameter?: (name: string, shape: readonly number[]) => boolean;
  /**
   * Which parameters a training leaves as they are, by name: batch normalisation all of whose parameters are frozen goes by its running
   * statistics in training too. None where absent.
   */
  readonly isFrozen?: (name: string) => boolean;
  /** The file's name, for messages. */
  readonly file?: string;
}
