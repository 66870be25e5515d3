import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { broadcastShapes, describeShape, float, normaliseAxes, sameShape, sizeOf, typed } from "../shapes.ts";
import type { Op, Tensor } from "../tensor.ts";

const int64 = (values: readonly number[]) => BigInt64Array.from(values, BigInt);

export const reshapeOp: Op<{ readonly shape: readonly number[] }> = {
  name: "reshape",
  infer: ({ inputs: [x], attributes: { shape } }) => {
    if (sizeOf(shape) !== sizeOf(x!.shape)) {
      throw shapeError(`a shape of ${sizeOf(x!.shape)} values`, `${describeShape(shape)} with ${sizeOf(shape)}`);
    }
    return [typed(shape, x!.dtype)];
  },
  encode: ({ inputs: [x], attributes: { shape } }, { emit, inputs, constant, anyBatch }) => {
    // The batch axis is written as "the same as the input's" or "what is left", so that the model takes any batch.
    const first = anyBatch ? (x!.shape[0] === shape[0] ? 0 : -1) : shape[0]!;
    const sizes = shape.length === 0 ? [] : [first, ...shape.slice(1)];
    return [emit("Reshape", [inputs[0]!, constant(int64(sizes), [sizes.length])])];
  },
  gradient: ({ inputs: [x] }, { slope, math }) => [math.reshape(slope, x!.shape)],
};

export const transposeOp: Op<{ readonly order: readonly number[] }> = {
  name: "transpose",
  infer: ({ inputs: [x], attributes: { order } }) => {
    if (normaliseAxes(order, x!.shape.length)?.length !== x!.shape.length) {
      throw shapeError(`an order of all ${x!.shape.length} axes`, describeShape(order));
    }
    const shape = order.map((axis) => x!.shape[axis]!);
    return [typed(shape, x!.dtype)];
  },
  encode: ({ attributes: { order } }, { emit, inputs }) => [emit("Transpose", inputs, { perm: order })],
  gradient: ({ attributes: { order } }, { slope, math }) => [math.transpose(slope, inverse(order))],
};

function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}

export const broadcastToOp: Op<{ readonly shape: readonly number[] }> = {
  name: "broadcastTo",
  infer: ({ inputs: [x], attributes: { shape } }) => {
    const both = broadcastShapes(x!.shape, shape);
    if (both === undefined || !sameShape(both, shape)) {
      throw shapeError(`a shape that broadcasts to ${describeShape(shape)}`, describeShape(x!.shape));
    }
    return [typed(shape, x!.dtype)];
  },
  encode: ({ inputs: [x], attributes: { shape } }, { emit, inputs, constant, anyBatch }) => {
    // An input's own batch axis is left as it is by repeating it once.
    const repeated =
      anyBatch && x!.shape.length === shape.length && x!.shape[0] === shape[0] ? [1, ...shape.slice(1)] : shape;
    return [emit("Expand", [inputs[0]!, constant(int64(repeated), [shape.length])])];
  },
  gradient: ({ inputs: [x] }, { slope, math }) => [math.sumTo(slope, x!.shape)],
};

/** One value throughout. */
export const fillOp: Op<{ readonly shape: readonly number[]; readonly value: number }> = {
  name: "fill",
  infer: ({ attributes: { shape } }) => [float(shape)],
  encode: ({ attributes: { shape, value } }, { emit, constant }) => [
    emit("Expand", [constant(Float32Array.of(value), []), constant(int64(shape), [shape.length])]),
  ],
  gradient: () => [],
};

/** The same values in another shape of the same size. */
export function reshape(x: Tensor, shape: readonly number[], { name }: OpOptions = {}): Tensor {
  return sameShape(x.shape, shape) ? x : applyOne(reshapeOp, [x], { attributes: { shape }, name });
}

/** Axis i of the result is axis `order[i]` of x. */
export function transpose(x: Tensor, order: readonly number[], { name }: OpOptions = {}): Tensor {
  return order.every((axis, i) => axis === i) && order.length === x.shape.length
    ? x
    : applyOne(transposeOp, [x], { attributes: { order }, name });
}

/** Repeats x along axes of size one, and in new leading axes. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  return sameShape(x.shape, shape) ? x : applyOne(broadcastToOp, [x], { attributes: { shape } });
}

/** A float32 tensor of one value throughout. */
export function fill(shape: readonly number[], value: number): Tensor {
  return applyOne(fillOp, [], { attributes: { shape, value } });
}
