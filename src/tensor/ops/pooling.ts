import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { constant } from "../leaves.ts";
import { describeShape, float } from "../shapes.ts";
import type { Op, Tensor } from "../tensor.ts";
import {
  type Padding,
  type PerAxis,
  type WindowAttributes,
  paddingPerAxis,
  perAxis,
  resolvePadding,
  windowCount,
  windowOnnxAttributes,
} from "../windows.ts";
import { mul } from "./binary.ts";
import { checkWindow } from "./convolution.ts";
import { concat } from "./ranges.ts";
import { reduceMax, reduceMean } from "./reduce.ts";

const infer: Op<WindowAttributes>["infer"] = ({ inputs: [x], attributes }) => {
  const rank = attributes.size.length;
  if (x!.shape.length !== rank + 2 || rank === 0) {
    throw shapeError(`an input of ${Math.max(3, rank + 2)} axes`, describeShape(x!.shape));
  }
  checkWindow(attributes);
  const outputs = x!.shape.slice(2).map((length, axis) => {
    const [size, before, after] = [attributes.size[axis]!, attributes.before[axis]!, attributes.after[axis]!];
    if (before >= size || after >= size)
      throw shapeError(`padding below the window's ${size}`, Math.max(before, after));
    const count = windowCount(length, attributes, axis);
    const reach = (size - 1) * attributes.dilation[axis]! + 1;
    if (count < 1) throw shapeError(`at least ${reach} samples with padding`, length + before + after);
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
  readonly size: PerAxis<number>;
  /** `size` where absent. */
  readonly stride?: PerAxis<number>;
  readonly padding?: PerAxis<Padding>;
  /** One more, partial window at the end where values are left over. */
  readonly ceilMode?: boolean;
}

export interface MaxPoolOptions extends PoolOptions {
  /** Steps from one value under a window to the next. */
  readonly dilation?: PerAxis<number>;
}

export interface AveragePoolOptions extends PoolOptions {
  /** Whether padding counts as zeros, as it does in PyTorch unless told otherwise; not unless asked for. */
  readonly countPadding?: boolean;
}

/** The greatest value under each window; x [batch, channel, sample] or [batch, channel, row, column]. */
export function maxPool(x: Tensor, options: MaxPoolOptions): Tensor {
  return applyOne(maxPoolOp, [x], { attributes: poolAttributes(x, options), name: options.name });
}

/** The mean of the values under each window. */
export function averagePool(x: Tensor, options: AveragePoolOptions): Tensor {
  const attributes = poolAttributes(x, options);
  const y = applyOne(averagePoolOp, [x], { attributes, name: options.name });
  if (options.countPadding !== true) return y;
  const explicit = poolAttributes(x, { ...options, ceilMode: false });
  return attributes.size.reduce((scaled, _, axis) => {
    const window = { ...attributes, after: explicit.after };
    const shares = valueShares(window, { axis, length: x.shape[axis + 2]!, count: y.shape[axis + 2]! });
    if (shares.every((share) => share === 1)) return scaled;
    const shape = y.shape.map((count, i) => (i === axis + 2 ? count : 1));
    return mul(scaled, constant(shares, shape), { name: options.name });
  }, y);
}

/**
 * Of each window along an axis: the share of values in what it covers of input and padding. What a window of ceil mode
 * covers beyond the padding counts for nothing, as in PyTorch.
 */
function valueShares(
  window: WindowAttributes,
  { axis, length, count }: { readonly axis: number; readonly length: number; readonly count: number },
): number[] {
  const size = window.size[axis]!;
  return Array.from({ length: count }, (_, index) => {
    const start = index * window.stride[axis]! - window.before[axis]!;
    const values = Math.min(start + size, length) - Math.max(start, 0);
    return values / (Math.min(start + size, length + window.after[axis]!) - start);
  });
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

/** x [batch, channel, …] → [batch, 2·channel]: the maximum, then the mean over time, as fastai's concat pooling has them. */
export function concatPool(x: Tensor, options: OpOptions = {}): Tensor {
  return concat([globalMaxPool(x, options), globalAveragePool(x, options)], 1, options);
}

function poolAttributes(x: Tensor, options: MaxPoolOptions): WindowAttributes {
  const { size, stride = size, padding = "valid", dilation = 1, ceilMode = false } = options;
  const axes = x.shape.slice(2);
  const [sizes, strides, dilations] = [size, stride, dilation].map((each) => perAxis(each, axes.length)) as [
    readonly number[],
    readonly number[],
    readonly number[],
  ];
  const paddings = paddingPerAxis(padding, axes.length);
  const pads = axes.map((length, i) =>
    resolvePadding({
      length,
      size: sizes[i] ?? 1,
      stride: strides[i] ?? 1,
      dilation: dilations[i] ?? 1,
      padding: paddings[i] ?? "valid",
      ceilMode,
    }),
  );
  return {
    size: sizes,
    stride: strides,
    dilation: dilations,
    before: pads.map(([before]) => before),
    after: pads.map(([, after]) => after),
    groups: 1,
  };
}
