import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { float, normaliseAxes } from "../shapes.ts";
import type { Op, Tensor } from "../tensor.ts";

interface AxisAttributes {
  readonly axis: number;
}

const infer: Op<AxisAttributes>["infer"] = ({ inputs: [x], attributes: { axis } }) => {
  if (normaliseAxes([axis], x!.shape.length) === undefined) {
    throw shapeError(`an axis of an input of ${x!.shape.length}`, axis);
  }
  return [float(x!.shape)];
};

export const softmaxOp: Op<AxisAttributes> = {
  name: "softmax",
  infer,
  encode: ({ attributes: { axis } }, { emit, inputs }) => [emit("Softmax", inputs, { axis })],
  gradient: ({ outputs: [y], attributes: { axis } }, { slope, math }) => {
    const total = math.reduceSum(math.mul(slope, y!), { axes: [axis], keepDims: true });
    return [math.mul(y!, math.sub(slope, total))];
  },
};

export const logSoftmaxOp: Op<AxisAttributes> = {
  name: "logSoftmax",
  infer,
  encode: ({ attributes: { axis } }, { emit, inputs }) => [emit("LogSoftmax", inputs, { axis })],
  gradient: ({ inputs: [x], attributes: { axis } }, { slope, math }) => {
    const total = math.reduceSum(slope, { axes: [axis], keepDims: true });
    return [math.sub(slope, math.mul(math.softmax(x!, axis), total))];
  },
};

const alongAxis =
  (op: Op<AxisAttributes>) =>
  (x: Tensor, axis = -1, { name }: OpOptions = {}): Tensor =>
    applyOne(op, [x], { attributes: { axis: axis < 0 ? axis + x.shape.length : axis }, name });

export const softmax = alongAxis(softmaxOp);
export const logSoftmax = alongAxis(logSoftmaxOp);
