import { reduceSum, reduceSumOp } from "../ops/reduce.ts";
import { sameShape } from "../shapes.ts";
import type { Tensor } from "../tensor.ts";
import { rewrite } from "./rewrite.ts";

/**
 * Sums of images over all but the channel, as a bias's slope is, in two steps: each image as it lies in memory, then over the batch. At once, ONNX
 * Runtime goes through the batch for one channel after the other, which takes up to twice as long.
 */
export function sumImagesFirst(outputs: readonly Tensor[]): Tensor[] {
  return rewrite(outputs, ({ op, inputs: [x], attributes }, now) => {
    if (op !== reduceSumOp || x!.shape.length !== 4) return undefined;
    const { axes, keepDims } = attributes as { axes: readonly number[]; keepDims: boolean };
    if (!sameShape(axes, [0, 2, 3])) return undefined;
    return [reduceSum(reduceSum(now(x!), { axes: [2, 3], keepDims }), { axes: [0], keepDims })];
  });
}
