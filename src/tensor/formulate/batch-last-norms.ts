import { applyOp } from "../op.ts";
import { sizeOf } from "../shapes.ts";
import type { Node, Tensor } from "../tensor.ts";
import type { Layouts } from "./batch-last-windows.ts";
import { batchNormInferenceOp } from "../ops/batch-norm.ts";
import { batchNormTrainingGradientOp, batchNormTrainingOp } from "../ops/batch-norm-training.ts";
import { reshape } from "../ops/reshape.ts";

/** Whether a node treats all values of a channel alike, so that time and batch may be one axis. */
export function isNorm({ op }: Node): boolean {
  return op === batchNormTrainingOp || op === batchNormTrainingGradientOp || op === batchNormInferenceOp;
}

/** Writes batch norms with the batch last: as those of one row [1, channel, time·batch]. */
export function createBatchLastNorms() {
  const known = new Map<Node, readonly Tensor[]>();
  /** The first output [channel, …time, batch], and the others, which have no batch. */
  return (node: Node, layouts: Layouts): readonly Tensor[] => {
    const made = known.get(node);
    if (made !== undefined) return made;
    const { op, inputs, outputs, attributes, name } = node;
    const [batch, channels, ...times] = outputs[0]!.shape as [number, number, ...number[]];
    const rows = inputs.map((each) =>
      each.shape.length === 1
        ? layouts.first(each)
        : reshape(layouts.last(each), [1, channels, sizeOf(each.shape) / channels]),
    );
    const [first, ...others] = applyOp(op, rows, { attributes, name });
    const results = [reshape(first!, [channels, ...times, batch]), ...others];
    known.set(node, results);
    return results;
  };
}
