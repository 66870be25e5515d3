import { type OpOptions, applyOp, shapeError } from "../op.ts";
import { typed, withSize } from "../shapes.ts";
import type { Op, Tensor } from "../tensor.ts";

interface SplitAttributes {
  readonly axis: number;
  readonly sizes: readonly number[];
}

/** Cuts a tensor into consecutive parts along an axis. */
export const splitOp: Op<SplitAttributes> = {
  name: "split",
  infer: ({ inputs: [x], attributes: { axis, sizes } }) => {
    const length = x!.shape[axis];
    if (length === undefined) throw shapeError(`an axis of an input of ${x!.shape.length}`, axis);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (total !== length || sizes.some((size) => !(size > 0))) {
      throw shapeError(`parts that add up to ${length} along axis ${axis}`, sizes.join(" + "));
    }
    return sizes.map((size) => typed(withSize(x!.shape, axis, size), x!.dtype));
  },
  encode: ({ attributes: { axis, sizes } }, { emitAll, inputs, constant }) =>
    emitAll("Split", [inputs[0]!, constant(BigInt64Array.from(sizes, BigInt), [sizes.length])], {
      outputs: sizes.length,
      attributes: { axis },
    }),
  gradient: ({ outputs, attributes: { axis } }, { slopes, math }) => [
    math.concat(
      outputs.map((part, index) => slopes[index] ?? math.fill(part.shape, 0)),
      axis,
    ),
  ],
};

export interface SplitOptions extends OpOptions {
  /** May count from the end. */
  readonly axis: number;
  readonly sizes: readonly number[];
}

/** Parts of the given sizes along an axis, in order. */
export function split(x: Tensor, { axis, sizes, name }: SplitOptions): readonly Tensor[] {
  return applyOp(splitOp, [x], { attributes: { axis: axis < 0 ? axis + x.shape.length : axis, sizes }, name });
}
