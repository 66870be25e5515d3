import { applyOne, shapeError } from "../op.ts";
import { describeShape, float, sizeOf, withSize } from "../shapes.ts";
import type { Op, Tensor, TensorMath } from "../tensor.ts";
import { type WindowAttributes, windowOnnxAttributes, windowTaps } from "../windows.ts";
import { checkWindow, convolutionOp } from "./convolution.ts";
import { depthwiseWeightGradient } from "./depthwise-gradients.ts";

export type InputGradientAttributes = WindowAttributes & { readonly inputSize: readonly number[] };

/** slope [batch, filter, …out], weight [filter, channel, …k] → [batch, channel, …in]. */
export const convolutionInputGradientOp: Op<InputGradientAttributes> = {
  name: "convolutionInputGradient",
  infer: ({ inputs: [slope, weight], attributes: { groups, inputSize } }) => [
    float([slope!.shape[0]!, weight!.shape[1]! * groups, ...inputSize]),
  ],
  // A convolution of the slopes with the mirrored kernel. Where the stride is above 1, one for each phase of the input
  // with the taps that reach it; or, where taps are also dilated, with zeros between the slopes.
  lower: ({ inputs: [slope, weight], attributes }, math) => {
    const { size, stride, dilation, groups, inputSize } = attributes;
    if (isFasterTransposed(slope!, weight!, attributes)) {
      const surplus = size.map(
        (taps, i) => (slope!.shape[i + 2]! - 1) * stride[i]! + taps - attributes.before[i]! - inputSize[i]!,
      );
      if (surplus.every((count) => count >= 0)) {
        return [transposedConvolution(slope!, weight!, { ...attributes, after: surplus })];
      }
    }
    const strided = stride.findIndex((step, i) => step > 1 && dilation[i] === 1);
    if (strided !== -1) return [inputGradientByPhases([slope!, weight!], { ...attributes, index: strided }, math)];
    let spread = slope!;
    const before: number[] = [];
    const after: number[] = [];
    size.forEach((taps, i) => {
      const axis = i + 2;
      const length = (slope!.shape[axis]! - 1) * stride[i]! + 1;
      if (stride[i]! > 1) {
        spread = math.slice(math.insertZeros(spread, { axis, step: stride[i]! }), { axis, start: 0, end: length });
      }
      const front = (taps - 1) * dilation[i]! - attributes.before[i]!;
      const back = inputSize[i]! - length + attributes.before[i]!;
      if (front < 0 || back < 0) {
        spread = math.slice(spread, { axis, start: Math.max(0, -front), end: length + Math.min(0, back) });
      }
      before.push(Math.max(0, front));
      after.push(Math.max(0, back));
    });
    const mirrored = mirrorKernel(weight!, groups, math);
    return [math.convolution(spread, mirrored, { size, stride: size.map(() => 1), dilation, before, after, groups })];
  },
};

/**
 * Whether ONNX Runtime's `ConvTranspose`, which unfolds the fewer channels and needs no mirrored kernel, beats a
 * convolution with more filters: measured on kernels of 3×3 over images of 16 values (slower), 64 and more; and at a stride of 2,
 * where it beats the phases at once.
 */
function isFasterTransposed(
  slope: Tensor,
  weight: Tensor,
  { size, stride, dilation, groups }: WindowAttributes,
): boolean {
  const [filters, channels] = weight.shape as [number, number];
  if (groups !== 1 || dilation.some((step) => step > 1)) return false;
  if (size.length !== 2 || size.some((taps) => taps === 1)) return false;
  if (stride.every((step) => step > 1)) return true;
  return stride.every((step) => step === 1) && filters >= channels && sizeOf(slope.shape.slice(2)) >= 64;
}

/**
 * The values of the input at r, r + s, r + 2s, … along an axis of stride s meet every s-th tap only: a convolution of
 * stride 1 with a part of the kernel. The phases' slopes are then woven together.
 */
function inputGradientByPhases(
  [slope, weight]: readonly [Tensor, Tensor],
  { index, ...attributes }: InputGradientAttributes & { readonly index: number },
  math: TensorMath,
): Tensor {
  const axis = index + 2;
  const [step, taps, before, length] = [
    attributes.stride,
    attributes.size,
    attributes.before,
    attributes.inputSize,
  ].map((values) => values[index]!) as [number, number, number, number];
  const count = Math.ceil(length / step);
  const set = (values: readonly number[], value: number) => withSize(values, index, value);
  const inputShape = [slope.shape[0]!, weight.shape[1]! * attributes.groups, ...attributes.inputSize];
  const parts = Array.from({ length: Math.min(step, length) }, (_, phase) => {
    const start = (phase + before) % step;
    const reached = Math.ceil((length - phase) / step);
    if (start >= taps) return math.fill(withSize(inputShape, axis, count), 0);
    const kernel = math.slice(weight, { axis, start, end: taps, step });
    const part = math.convolutionInputGradient(slope, kernel, {
      ...attributes,
      size: set(attributes.size, kernel.shape[axis]!),
      stride: set(attributes.stride, 1),
      before: set(attributes.before, Math.floor((phase + before) / step)),
      inputSize: set(attributes.inputSize, reached),
    });
    const zeros = inputShape.map(() => 0);
    return reached === count ? part : math.pad(part, { before: zeros, after: withSize(zeros, axis, 1) });
  });
  return takeEvery(weave(parts, axis, math), { axis, start: 0, count: length, step: 1 }, math);
}

/** Tensors of one shape put together so that their values take turns along an axis. */
export function weave(parts: readonly Tensor[], axis: number, math: TensorMath): Tensor {
  const { shape } = parts[0]!;
  if (parts.length === 1) return parts[0]!;
  const apart = [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)];
  const joined = math.concat(
    parts.map((part) => math.reshape(part, apart)),
    axis + 1,
  );
  return math.reshape(joined, withSize(shape, axis, shape[axis]! * parts.length));
}

/** [filter, channel / groups, …k] → [channel, filter / groups, …k] with the order of the taps reversed. */
function mirrorKernel(weight: Tensor, groups: number, math: TensorMath): Tensor {
  const [filters, channels, ...size] = weight.shape as [number, number, ...number[]];
  const apart = math.reshape(weight, [groups, filters / groups, channels, ...size]);
  const swapped = math.transpose(apart, [0, 2, 1, ...size.map((_, i) => i + 3)]);
  const joined = math.reshape(swapped, [groups * channels, filters / groups, ...size]);
  const axes = size.flatMap((taps, i) => (taps > 1 ? [i + 2] : []));
  return axes.length === 0 ? joined : math.flip(joined, axes);
}

/** x [batch, channel, …in], slope [batch, filter, …out] → [filter, channel / groups, …k]. */
export const convolutionWeightGradientOp: Op<WindowAttributes> = {
  name: "convolutionWeightGradient",
  infer: ({ inputs: [x, slope], attributes: { size, groups } }) => [
    float([slope!.shape[1]!, x!.shape[1]! / groups, ...size]),
  ],
  // The input unfolded, one shifted copy per tap, then one matrix product over batch and time.
  lower: ({ inputs: [x, slope], outputs: [gradient], attributes }, math) => {
    const { size, stride, dilation, before, after, groups } = attributes;
    const [batch, channels] = x!.shape as [number, number];
    const filters = slope!.shape[1]!;
    if (groups === channels && filters === channels) {
      return [depthwiseWeightGradient(x!, slope!, { attributes, math })];
    }
    const outputs = slope!.shape.slice(2);
    const columns = batch * sizeOf(outputs);
    const channelFirst = (tensor: Tensor) =>
      math.transpose(
        tensor,
        [1, 0, ...tensor.shape.keys()].filter((a, i) => i < 2 || a > 1),
      );
    const padded = [...before, ...after].some((count) => count > 0)
      ? math.pad(channelFirst(x!), { before: [0, 0, ...before], after: [0, 0, ...after] })
      : channelFirst(x!);
    const taps = windowTaps(size);
    // The last axis first, whose short runs are the slowest to copy: once for each of its taps, shared by the other axes'.
    const ranges = size.map((_, i) => i).toReversed();
    const taken = new Map<string, Tensor>();
    const shifted = taps.map((tap) => {
      let part = padded;
      let key = "";
      for (const i of ranges) {
        key = `${tap[i]} ${key}`;
        const range = { axis: i + 2, start: tap[i]! * dilation[i]!, count: outputs[i]!, step: stride[i]! };
        part = taken.get(key) ?? takeEvery(part, range, math);
        taken.set(key, part);
      }
      return math.reshape(part, [groups, channels / groups, 1, columns]);
    });
    const unfolded = math.reshape(math.concat(shifted, 2), [groups, (taps.length * channels) / groups, columns]);
    const slopes = math.reshape(channelFirst(slope!), [groups, filters / groups, columns]);
    const product =
      groups === 1
        ? math.matmul(
            math.reshape(slopes, slopes.shape.slice(1)),
            math.transpose(math.reshape(unfolded, unfolded.shape.slice(1)), [1, 0]),
          )
        : math.matmul(slopes, math.transpose(unfolded, [0, 2, 1]));
    return [math.reshape(product, gradient!.shape)];
  },
};

/**
 * Adds kernels, one per input value and scaled by it, at the places that a convolution would have read: x [batch, filter,
 * …in], weight [filter, channel, …k] → [batch, channel, …out] with (in − 1)·stride + reach − before − after outputs;
 * `before` and `after` are cut off.
 */
export const transposedConvolutionOp: Op<WindowAttributes> = {
  name: "transposedConvolution",
  infer: ({ inputs: [x, weight], attributes }) => {
    const { size, stride, dilation, before, after, groups } = attributes;
    checkWindow(attributes);
    if (x!.shape.length !== size.length + 2) {
      throw shapeError(`an input of ${size.length + 2} axes`, describeShape(x!.shape));
    }
    if (x!.shape[1] !== weight!.shape[0]) throw shapeError(`${weight!.shape[0]} input channels`, x!.shape[1]!);
    if (x!.shape[1]! % groups !== 0) throw shapeError(`a multiple of ${groups} input channels`, x!.shape[1]!);
    const outputs = size.map(
      (taps, i) => (x!.shape[i + 2]! - 1) * stride[i]! + (taps - 1) * dilation[i]! + 1 - before[i]! - after[i]!,
    );
    if (outputs.some((length) => length < 1)) throw shapeError("padding that leaves outputs", describeShape(outputs));
    return [float([x!.shape[0]!, weight!.shape[1]! * groups, ...outputs])];
  },
  encode: ({ attributes }, { emit, inputs }) => [
    emit("ConvTranspose", inputs, { ...windowOnnxAttributes(attributes), group: attributes.groups }),
  ],
  multiplyAdds: ({ inputs: [x, weight] }) => (sizeOf(x!.shape) * sizeOf(weight!.shape)) / weight!.shape[0]!,
  gradient: ({ inputs: [x, weight], attributes }, { slope, wanted, math }) => [
    wanted[0]! ? math.convolution(slope, weight!, attributes) : undefined,
    wanted[1]! ? math.convolutionWeightGradient(slope, x!, attributes) : undefined,
  ],
};

export function transposedConvolution(x: Tensor, weight: Tensor, attributes: WindowAttributes): Tensor {
  return applyOne(transposedConvolutionOp, [x, weight], { attributes });
}

interface Taken {
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** `count` values from `start`, every `step`. */
export function takeEvery(x: Tensor, { axis, start, count, step }: Taken, math: TensorMath): Tensor {
  const end = start + (count - 1) * step + 1;
  return start === 0 && end === x.shape[axis] && step === 1 ? x : math.slice(x, { axis, start, end, step });
}

/** The ops with ready attributes, for gradients. */
export const convolutionMath: Pick<
  TensorMath,
  "convolution" | "convolutionInputGradient" | "convolutionWeightGradient"
> = {
  convolution: (x, weight, attributes) => applyOne(convolutionOp, [x, weight], { attributes }),
  convolutionInputGradient: (slope, weight, attributes) =>
    applyOne(convolutionInputGradientOp, [slope, weight], { attributes }),
  convolutionWeightGradient: (x, slope, attributes) =>
    applyOne(convolutionWeightGradientOp, [x, slope], { attributes }),
};
