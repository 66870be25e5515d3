import type { Tensor, TensorMath } from "../tensor.ts";
import { type WindowAttributes, windowTaps } from "../windows.ts";

/**
 * The slope of a depthwise kernel, one filter for each channel: x [batch, channel, …in], slope [batch, channel, …out] →
 * [channel, 1, …k]. Tap by tap, the sum of products with the input that the tap saw: for a channel alone there is no
 * matrix product to unfold for.
 */
export function depthwiseWeightGradient(
  x: Tensor,
  slope: Tensor,
  { attributes, math }: { readonly attributes: WindowAttributes; readonly math: TensorMath },
): Tensor {
  const { size, stride, dilation, before, after } = attributes;
  const channels = x.shape[1]!;
  const padded = [...before, ...after].some((count) => count > 0)
    ? math.pad(x, { before: [0, 0, ...before], after: [0, 0, ...after] })
    : x;
  const axes = [...x.shape.keys()].filter((axis) => axis !== 1);
  const sums = windowTaps(size).map((tap) => {
    const seen = tap.reduce((part, position, i) => {
      const start = position * dilation[i]!;
      const end = start + (slope.shape[i + 2]! - 1) * stride[i]! + 1;
      return math.slice(part, { axis: i + 2, start, end, step: stride[i]! });
    }, padded);
    return math.reshape(math.reduceSum(math.mul(seen, slope), { axes, keepDims: false }), [channels, 1]);
  });
  return math.reshape(math.concat(sums, 1), [channels, 1, ...size]);
}
