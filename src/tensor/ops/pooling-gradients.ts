import { applyOne } from "../op.ts";
import { float, withSize } from "../shapes.ts";
import type { Op, Tensor, TensorMath } from "../tensor.ts";
import { type WindowAttributes, windowCount, windowTaps } from "../windows.ts";
import { takeEvery, weave } from "./convolution-gradients.ts";

/** The first of the greatest values of a window gets the slope, as in PyTorch. */
export const maxPoolGradientOp: Op<WindowAttributes> = {
  name: "maxPoolGradient",
  infer: ({ inputs: [x] }) => [float(x!.shape)],
  lower: ({ inputs: [x, y, slope], attributes }, math) => {
    const { size, stride, dilation, before, after } = attributes;
    const padded = [...before, ...after].some((count) => count > 0)
      ? math.pad(x!, { before: [0, 0, ...before], after: [0, 0, ...after], value: -Infinity })
      : x!;
    let left = slope!;
    const taps = windowTaps(size);
    const slopes = taps.map((tap, index) => {
      if (index === taps.length - 1) return left;
      const values = tap.reduce((part, position, i) => {
        const start = position * dilation[i]!;
        return takeEvery(part, { axis: i + 2, start, count: y!.shape[i + 2]!, step: stride[i]! }, math);
      }, padded);
      const taken = math.mul(math.cast(math.equal(values, y!), "float32"), left);
      left = math.sub(left, taken);
      return taken;
    });
    return [scatterTaps(slopes, { ...attributes, inputSize: x!.shape.slice(2) }, math)];
  },
};

export const averagePoolGradientOp: Op<PoolGradientAttributes> = {
  name: "averagePoolGradient",
  infer: ({ inputs: [slope], attributes: { inputSize } }) => [float([...slope!.shape.slice(0, 2), ...inputSize])],
  lower: ({ inputs: [slope], attributes }, math) => {
    const shares = attributes.inputSize.reduce((scaled, length, axis) => {
      const counts = valuesUnderWindow(length, attributes, axis);
      const shape = withSize(
        slope!.shape.map(() => 1),
        axis + 2,
        counts.length,
      );
      return math.mul(
        scaled,
        math.constant(
          Float32Array.from(counts, (count) => 1 / count),
          shape,
        ),
      );
    }, slope!);
    return [
      scatterTaps(
        windowTaps(attributes.size).map(() => shares),
        attributes,
        math,
      ),
    ];
  },
};

/** How many values of the input, not of the padding, each window of an axis covers. */
function valuesUnderWindow(length: number, attributes: WindowAttributes, axis: number): number[] {
  const { size, stride, dilation, before } = attributes;
  return Array.from({ length: windowCount(length, attributes, axis) }, (_, index) => {
    let count = 0;
    for (let tap = 0; tap < size[axis]!; tap++) {
      const at = index * stride[axis]! - before[axis]! + tap * dilation[axis]!;
      if (at >= 0 && at < length) count++;
    }
    return count;
  });
}

/** Adds each tap's values [batch, channel, …out] at the places of the input that the tap read. */
function scatterTaps(parts: readonly Tensor[], attributes: PoolGradientAttributes, math: TensorMath): Tensor {
  const last = attributes.size.length - 1;
  return scatterAxis(parts, { ...attributes, axis: last }, math);
}

/** One axis after the other, the last first; `parts` are in row-major order of the taps of the axes up to `axis`. */
function scatterAxis(
  parts: readonly Tensor[],
  options: PoolGradientAttributes & { readonly axis: number },
  math: TensorMath,
): Tensor {
  const { axis, size } = options;
  const taps = size[axis]!;
  const joined = Array.from({ length: parts.length / taps }, (_, row) =>
    joinTaps(parts.slice(row * taps, (row + 1) * taps), options, math),
  );
  return axis === 0 ? joined[0]! : scatterAxis(joined, { ...options, axis: axis - 1 }, math);
}

function joinTaps(
  parts: readonly Tensor[],
  options: PoolGradientAttributes & { readonly axis: number },
  math: TensorMath,
): Tensor {
  const { axis, size, stride, dilation, before, inputSize } = options;
  const at = axis + 2;
  const shape = parts[0]!.shape;
  const range = { axis: at, start: before[axis]!, length: inputSize[axis]! };
  if (size[axis] === stride[axis] && dilation[axis] === 1) return fitAxis(weave(parts, at, math), range, math);
  const step = stride[axis]!;
  // What lies at positions of one remainder by the stride comes from every stride-th tap only, shifted by whole strides.
  const places = parts.map((part, tap) => ({
    part,
    phase: (tap * dilation[axis]!) % step,
    shift: Math.floor((tap * dilation[axis]!) / step),
  }));
  const count = Math.ceil((before[axis]! + inputSize[axis]!) / step);
  const phases = Array.from({ length: step }, (_, phase) => {
    const shifted = places
      .filter((place) => place.phase === phase && place.shift < count)
      .map(({ part, shift }) => shiftInto(part, { axis: at, shift, length: count }, math));
    return shifted.length === 0
      ? math.fill(withSize(shape, at, count), 0)
      : shifted.reduce((sum, part) => math.add(sum, part));
  });
  return fitAxis(step === 1 ? phases[0]! : weave(phases, at, math), range, math);
}

/** x behind `shift` zeros, cut or filled with zeros to `length`. */
function shiftInto(
  x: Tensor,
  { axis, shift, length }: { axis: number; shift: number; length: number },
  math: TensorMath,
): Tensor {
  const zeros = x.shape.map(() => 0);
  const kept = Math.min(x.shape[axis]!, length - shift);
  const part = kept === x.shape[axis] ? x : math.slice(x, { axis, start: 0, end: kept });
  const after = length - shift - kept;
  if (shift === 0 && after === 0) return part;
  return math.pad(part, { before: withSize(zeros, axis, shift), after: withSize(zeros, axis, after) });
}

/** Drops `start` values in front, then cuts or fills with zeros to `length`. */
function fitAxis(
  x: Tensor,
  { axis, start, length }: { axis: number; start: number; length: number },
  math: TensorMath,
): Tensor {
  const end = Math.min(x.shape[axis]!, start + length);
  const kept = start === 0 && end === x.shape[axis] ? x : math.slice(x, { axis, start, end });
  const missing = length - kept.shape[axis]!;
  const zeros = x.shape.map(() => 0);
  return missing === 0 ? kept : math.pad(kept, { before: zeros, after: withSize(zeros, axis, missing) });
}

/** The ops with ready attributes, for gradients. */
export const poolingMath: Pick<TensorMath, "maxPoolGradient" | "averagePoolGradient"> = {
  maxPoolGradient: (x, y, slope, attributes) => applyOne(maxPoolGradientOp, [x, y, slope], { attributes }),
  averagePoolGradient: (slope, attributes) => applyOne(averagePoolGradientOp, [slope], { attributes }),
};

type PoolGradientAttributes = WindowAttributes & { readonly inputSize: readonly number[] };
