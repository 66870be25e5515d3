import { constant } from "../leaves.ts";
import { type OpOptions, shapeMistake } from "../op.ts";
import { describeShape, withSize } from "../shapes.ts";
import type { Tensor } from "../tensor.ts";
import { type PerAxis, perAxis } from "../windows.ts";
import { matmul } from "./matmul.ts";
import { concat, slice } from "./ranges.ts";
import { reduceMax, reduceMean } from "./reduce.ts";
import { reshape, transpose } from "./reshape.ts";

export interface AdaptivePoolOptions extends OpOptions {
  /** Outputs along each spatial axis; may be more than there are inputs. */
  readonly output: PerAxis<number>;
}

/**
 * The mean under windows that share out x [batch, channel, …] among a given number of outputs: output i of n covers
 * inputs ⌊i·length/n⌋ up to before ⌈(i + 1)·length/n⌉, as in PyTorch.
 */
export function adaptiveAveragePool(x: Tensor, options: AdaptivePoolOptions): Tensor {
  return adaptivePool("adaptiveAveragePool", x, { ...options, even: reduceMean, uneven: averageAlong });
}

/** The maximum under the same windows; where several values are the greatest, they share the slope. */
export function adaptiveMaxPool(x: Tensor, options: AdaptivePoolOptions): Tensor {
  return adaptivePool("adaptiveMaxPool", x, { ...options, even: reduceMax, uneven: maximumAlong });
}

interface Along extends OpOptions {
  readonly axis: number;
  readonly count: number;
}

interface PoolKind extends AdaptivePoolOptions {
  /** Over an axis, where the windows lie side by side. */
  readonly even: (
    x: Tensor,
    options: { readonly axes: readonly number[]; readonly name?: string | undefined },
  ) => Tensor;
  /** Along an axis, where they overlap. */
  readonly uneven: (x: Tensor, options: Along) => Tensor;
}

/** One axis after the other, which means and maxima allow. */
function adaptivePool(op: string, x: Tensor, { output, even, uneven, name }: PoolKind): Tensor {
  const rank = x.shape.length - 2;
  const counts = perAxis(output, rank);
  const mistake = (wanted: string, found: string) => shapeMistake([x], { op, name, wanted, found });
  if (rank < 1) throw mistake("an input of at least 3 axes", describeShape(x.shape));
  if (counts.length !== rank || counts.some((count) => !(Number.isInteger(count) && count > 0))) {
    throw mistake(`${rank} numbers of outputs of at least 1`, describeShape(counts));
  }
  return counts.reduce((y, count, i) => {
    const axis = i + 2;
    const length = y.shape[axis]!;
    if (length === count) return y;
    if (length % count !== 0) return uneven(y, { axis, count, name });
    const apart = [...y.shape.slice(0, axis), count, length / count, ...y.shape.slice(axis + 1)];
    return even(reshape(y, apart, { name }), { axes: [axis + 1], name });
  }, x);
}

function windowsOf(length: number, count: number): { readonly start: number; readonly end: number }[] {
  return Array.from({ length: count }, (_, i) => ({
    start: Math.floor((i * length) / count),
    end: Math.ceil(((i + 1) * length) / count),
  }));
}

/** As a product with a matrix [length, count] of each window's shares. */
function averageAlong(x: Tensor, { axis, count, name }: Along): Tensor {
  const length = x.shape[axis]!;
  const shares = new Float32Array(length * count);
  windowsOf(length, count).forEach(({ start, end }, column) => {
    for (let row = start; row < end; row++) shares[row * count + column] = 1 / (end - start);
  });
  const last = x.shape.length - 1;
  const swapped = [...x.shape.keys()].map((i) => (i === axis ? last : i === last ? axis : i));
  const y = matmul(transpose(x, swapped, { name }), constant(shares, [length, count]), { name });
  return transpose(y, swapped, { name });
}

function maximumAlong(x: Tensor, { axis, count, name }: Along): Tensor {
  const parts = windowsOf(x.shape[axis]!, count).map(({ start, end }) =>
    reduceMax(slice(x, { axis, start, end, name }), { axes: [axis], keepDims: true, name }),
  );
  return reshape(concat(parts, axis, { name }), withSize(x.shape, axis, count), { name });
}
