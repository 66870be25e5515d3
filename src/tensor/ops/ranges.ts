import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { describeShape, float, normaliseAxes, sameShape, sizeOf, typed, withSize } from "../shapes.ts";
import type { Op, Tensor } from "../tensor.ts";

const int64 = (values: readonly number[]) => BigInt64Array.from(values, BigInt);

export const concatOp: Op<{ readonly axis: number }> = {
  name: "concat",
  infer: ({ inputs, attributes: { axis } }) => {
    const [first, ...others] = inputs;
    if (first === undefined) throw shapeError("at least one input", 0);
    if (first.shape[axis] === undefined) throw shapeError(`an axis of an input of ${first.shape.length}`, axis);
    for (const other of others) {
      if (other.dtype !== first.dtype || !sameShape(withSize(other.shape, axis, 0), withSize(first.shape, axis, 0))) {
        throw shapeError(
          `inputs that agree outside axis ${axis}`,
          inputs.map((each) => describeShape(each.shape)).join(", "),
        );
      }
    }
    const size = inputs.reduce((sum, each) => sum + each.shape[axis]!, 0);
    return [typed(withSize(first.shape, axis, size), first.dtype)];
  },
  encode: ({ attributes: { axis } }, { emit, inputs }) => [emit("Concat", inputs, { axis })],
  gradient: ({ inputs, attributes: { axis } }, { slope, wanted, math }) => {
    let end = 0;
    return inputs.map(({ shape }, index) => {
      const start = end;
      end += shape[axis]!;
      return wanted[index]! ? math.slice(slope, { axis, start, end }) : undefined;
    });
  },
};

interface SliceAttributes {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

export const sliceOp: Op<SliceAttributes> = {
  name: "slice",
  infer: ({ inputs: [x], attributes: { axis, start, end, step } }) => {
    const length = x!.shape[axis];
    if (length === undefined) throw shapeError(`an axis of an input of ${x!.shape.length}`, axis);
    if (!(start >= 0 && start < end && end <= length && step >= 1)) {
      throw shapeError(`a range within 0 … ${length} of axis ${axis}`, `${start} … ${end} by ${step}`);
    }
    return [typed(withSize(x!.shape, axis, Math.ceil((end - start) / step)), x!.dtype)];
  },
  encode: ({ attributes: { axis, start, end, step } }, { emit, inputs, constant }) => {
    const one = (value: number) => constant(int64([value]), [1]);
    return [emit("Slice", [inputs[0]!, one(start), one(end), one(axis), ...(step === 1 ? [] : [one(step)])])];
  },
  gradient: ({ inputs: [x], attributes: { axis, start, end, step } }, { slope, math }) => {
    const spread = step === 1 ? slope : math.insertZeros(slope, { axis, step });
    const reach = Math.ceil((end - start) / step) * step;
    const length = x!.shape[axis]!;
    const kept = start + reach > length ? math.slice(spread, { axis, start: 0, end: length - start }) : spread;
    const zeros = x!.shape.map(() => 0);
    const after = length - start - kept.shape[axis]!;
    if (start === 0 && after === 0) return [kept];
    return [math.pad(kept, { before: withSize(zeros, axis, start), after: withSize(zeros, axis, after) })];
  },
};

interface GatherAttributes {
  readonly axis: number;
  /** Positions along the axis, in row-major order of `shape`. */
  readonly indices: readonly number[];
  /** The axes that stand in the place of `axis`. */
  readonly shape: readonly number[];
}

/** Picks positions along an axis, any number of times each; not differentiated. */
export const gatherOp: Op<GatherAttributes> = {
  name: "gather",
  infer: ({ inputs: [x], attributes: { axis, indices, shape } }) => {
    const length = x!.shape[axis] ?? 0;
    const wrong = indices.find((index) => !(index >= 0 && index < length));
    if (wrong !== undefined) throw shapeError(`positions below ${length} along axis ${axis}`, wrong);
    if (indices.length !== sizeOf(shape)) throw shapeError(`${sizeOf(shape)} positions`, indices.length);
    return [typed([...x!.shape.slice(0, axis), ...shape, ...x!.shape.slice(axis + 1)], x!.dtype)];
  },
  encode: ({ attributes: { axis, indices, shape } }, { emit, inputs, constant }) => [
    emit("Gather", [inputs[0]!, constant(int64(indices), shape)], { axis }),
  ],
};

/** Reverses the order along axes. */
export const flipOp: Op<{ readonly axes: readonly number[] }> = {
  name: "flip",
  infer: ({ inputs: [x], attributes: { axes } }) => {
    if (normaliseAxes(axes, x!.shape.length) === undefined) throw shapeError("axes of the input", describeShape(axes));
    return [typed(x!.shape, x!.dtype)];
  },
  encode: ({ attributes: { axes } }, { emit, inputs, constant }) => {
    const each = (value: number) => constant(int64(axes.map(() => value)), [axes.length]);
    // From the last value down to before the first: ONNX clamps the end to "before the first".
    const order = constant(int64(axes), [axes.length]);
    return [emit("Slice", [inputs[0]!, each(-1), each(-2147483648), order, each(-1)])];
  },
  gradient: ({ attributes: { axes } }, { slope, math }) => [math.flip(slope, axes)],
};

interface PadAttributes {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

export const padOp: Op<PadAttributes> = {
  name: "pad",
  infer: ({ inputs: [x], attributes: { before, after } }) => {
    const rank = x!.shape.length;
    const counts = [...before, ...after];
    if (before.length !== rank || after.length !== rank || counts.some((count) => !(count >= 0))) {
      throw shapeError(
        `${rank} counts of at least 0 on each side`,
        `${describeShape(before)} and ${describeShape(after)}`,
      );
    }
    return [float(x!.shape.map((size, axis) => size + before[axis]! + after[axis]!))];
  },
  encode: ({ attributes: { before, after, value } }, { emit, inputs, constant }) => [
    emit("Pad", [
      inputs[0]!,
      constant(int64([...before, ...after]), [before.length * 2]),
      ...(value === 0 ? [] : [constant(Float32Array.of(value), [])]),
    ]),
  ],
  gradient: ({ inputs: [x], attributes: { before } }, { slope, math }) => [
    x!.shape.reduce(
      (kept, size, axis) =>
        kept.shape[axis] === size ? kept : math.slice(kept, { axis, start: before[axis]!, end: before[axis]! + size }),
      slope,
    ),
  ],
};

/** Puts `step` − 1 zeros behind every value along an axis. */
export const insertZerosOp: Op<{ readonly axis: number; readonly step: number }> = {
  name: "insertZeros",
  infer: ({ inputs: [x], attributes: { axis, step } }) => [float(withSize(x!.shape, axis, x!.shape[axis]! * step))],
  // Concatenating zeros is several times faster in ONNX Runtime than padding an axis of size one.
  lower: ({ inputs: [x], outputs: [y], attributes: { axis, step } }, math) => {
    const apart = [...x!.shape.slice(0, axis + 1), 1, ...x!.shape.slice(axis + 1)];
    const zeros = math.fill(withSize(apart, axis + 1, step - 1), 0);
    return [math.reshape(math.concat([math.reshape(x!, apart), zeros], axis + 1), y!.shape)];
  },
  gradient: ({ inputs: [x], attributes: { axis, step } }, { slope, math }) => [
    math.slice(slope, { axis, start: 0, end: x!.shape[axis]! * step, step }),
  ],
};

/** Joins tensors along an axis, which may count from the end. */
export function concat(parts: readonly Tensor[], axis: number, { name }: OpOptions = {}): Tensor {
  const rank = parts[0]?.shape.length ?? 0;
  return applyOne(concatOp, parts, { attributes: { axis: axis < 0 ? axis + rank : axis }, name });
}

export interface SliceOptions extends OpOptions {
  readonly axis: number;
  /** The first; counts from the end where negative. */
  readonly start?: number;
  /** Before this one; counts from the end where negative; the axis' length where absent. */
  readonly end?: number;
  readonly step?: number;
}

/** A range along an axis. */
export function slice(x: Tensor, { axis, start = 0, end, step = 1, name }: SliceOptions): Tensor {
  const [at] = normaliseAxes([axis], x.shape.length) ?? [axis];
  const length = x.shape[at!] ?? 0;
  const fromStart = (index: number) => (index < 0 ? index + length : index);
  const range = { axis: at!, start: fromStart(start), end: fromStart(end ?? length), step };
  return applyOne(sliceOp, [x], { attributes: range, name });
}

export function gather(x: Tensor, attributes: GatherAttributes): Tensor {
  return applyOne(gatherOp, [x], { attributes });
}

export function flip(x: Tensor, axes: readonly number[]): Tensor {
  return applyOne(flipOp, [x], { attributes: { axes } });
}

export interface PadOptions extends OpOptions {
  /** Values added before each axis. */
  readonly before: readonly number[];
  /** Values added after each axis. */
  readonly after: readonly number[];
  readonly value?: number;
}

/** Adds a constant around x. */
export function pad(x: Tensor, { before, after, value = 0, name }: PadOptions): Tensor {
  return applyOne(padOp, [x], { attributes: { before, after, value }, name });
}

export function insertZeros(x: Tensor, attributes: { readonly axis: number; readonly step: number }): Tensor {
  return applyOne(insertZerosOp, [x], { attributes });
}
