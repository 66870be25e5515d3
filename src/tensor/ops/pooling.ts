import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { describeShape, float } from "../shapes.ts";
import type { Op, Tensor } from "../tensor.ts";
import { type Padding, type WindowAttributes, resolvePadding, windowCount, windowOnnxAttributes } from "../windows.ts";
import { reduceMax, reduceMean } from "./reduce.ts";

const infer: Op<WindowAttributes>["infer"] = ({ inputs: [x], attributes }) => {
  const rank = attributes.size.length;
  if (x!.shape.length !== rank + 2) throw shapeError(`an input of ${rank + 2} axes`, describeShape(x!.shape));
  const outputs = x!.shape.slice(2).map((length, axis) => {
    const [size, before, after] = [attributes.size[axis]!, attributes.before[axis]!, attributes.after[axis]!];
    if (before >= size || after >= size)
      throw shapeError(`padding below the window's ${size}`, Math.max(before, after));
    const count = windowCount(length, attributes, axis);
    if (count < 1) throw shapeError(`at least ${size} samples with padding`, length + before + after);
    return count;
  });
  return [float([...x!.shape.slice(0, 2), ...outputs])];
};

export const maxPoolOp: Op<WindowAttributes> = {
  name: "maxPool",
  infer,
  encode: ({ attributes }, { emit, inputs }) => [emit("MaxPool", inputs, windowOnnxAttributes(attributes))],
  gradient: ({ inputs: [x], outputs: [y], attributes }, { slope, math }) => [
    math.maxPoolGradient(x!, y!, slope, attributes),
  ],
};

export const averagePoolOp: Op<WindowAttributes> = {
  name: "averagePool",
  infer,
  encode: ({ attributes }, { emit, inputs }) => [emit("AveragePool", inputs, windowOnnxAttributes(attributes))],
  gradient: ({ inputs: [x], attributes }, { slope, math }) => [
    math.averagePoolGradient(slope, { ...attributes, inputSize: x!.shape.slice(2) }),
  ],
};

export interface PoolOptions extends OpOptions {
  readonly size: number;
  /** `size` where absent. */
  readonly stride?: number;
  readonly padding?: Padding;
  /** One more, partial window at the end where values are left over. */
  readonly ceilMode?: boolean;
}

/** The greatest value under each window; x [batch, channel, sample] or [batch, channel, row, column]. */
export function maxPool(x: Tensor, options: PoolOptions): Tensor {
  return applyOne(maxPoolOp, [x], { attributes: poolAttributes(x, options), name: options.name });
}

/** The mean of the values under each window; padding does not count. */
export function averagePool(x: Tensor, options: PoolOptions): Tensor {
  return applyOne(averagePoolOp, [x], { attributes: poolAttributes(x, options), name: options.name });
}

export const maxPool1d = maxPool;

export const averagePool1d = averagePool;

/** x [batch, channel, …] → [batch, channel]: the mean over time. */
export function globalAveragePool(x: Tensor, { name }: OpOptions = {}): Tensor {
  return reduceMean(x, { axes: x.shape.map((_, axis) => axis).slice(2), name });
}

/** x [batch, channel, …] → [batch, channel]: the maximum over time. */
export function globalMaxPool(x: Tensor, { name }: OpOptions = {}): Tensor {
  return reduceMax(x, { axes: x.shape.map((_, axis) => axis).slice(2), name });
}

function poolAttributes(x: Tensor, options: PoolOptions): WindowAttributes {
  const { size, stride = size, padding = "valid", ceilMode = false } = options;
  const axes = x.shape.slice(2);
  const pads = axes.map((length) => resolvePadding({ length, size, stride, dilation: 1, padding, ceilMode }));
  return {
    size: axes.map(() => size),
    stride: axes.map(() => stride),
    dilation: axes.map(() => 1),
    before: pads.map(([before]) => before),
    after: pads.map(([, after]) => after),
    groups: 1,
  };
}
