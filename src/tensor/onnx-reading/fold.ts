import { broadcastShapes, normaliseAxes, sizeOf, withSize } from "../shapes.ts";
import type { Known, KnownType } from "./known.ts";

/** Larger results are left to the engine. */
export const mostFolded = 65_536;

/** Whether a shape's values, and the rows of one without values, are few enough to go through. */
const isSmall = (shape: readonly number[]) =>
  shape.reduce((product, size) => product * Math.max(1, size), 1) <= mostFolded;

/**
 * Computes with values that are known when a file is read: the arithmetic on shapes that exporters write out. It gives
 * exactly what the engine would; `undefined` where it can't.
 */
export function foldBinary(operator: string, a: Known, b: Known): Known | undefined {
  const rule = binaryRules[operator];
  const shape = broadcastShapes(a.shape, b.shape);
  if (rule === undefined || shape === undefined || a.dtype !== b.dtype || !isSmall(shape)) return undefined;
  const result: KnownType = rule.compares === true ? "bool" : a.dtype;
  const round = rounding(result);
  const integer = a.dtype !== "float32" && a.dtype !== "double";
  const [left, right] = [broadcastReader(a, shape), broadcastReader(b, shape)];
  const values = Array.from({ length: sizeOf(shape) }, (_, place) =>
    round(rule.of(left(place), right(place), integer)),
  );
  return checked({ dtype: result, shape, values });
}

interface BinaryRule {
  of(a: number, b: number, integer: boolean): number;
  readonly compares?: true;
}

const binaryRules: Readonly<Record<string, BinaryRule>> = {
  Add: { of: (a, b) => a + b },
  Sub: { of: (a, b) => a - b },
  Mul: { of: (a, b) => a * b },
  Div: { of: (a, b, integer) => (integer ? Math.trunc(a / b) : a / b) },
  // The sign of the divisor, as in Python.
  Mod: { of: (a, b) => a - b * Math.floor(a / b) },
  Max: { of: (a, b) => Math.max(a, b) },
  Min: { of: (a, b) => Math.min(a, b) },
  Equal: { of: (a, b) => Number(a === b), compares: true },
  Greater: { of: (a, b) => Number(a > b), compares: true },
  Less: { of: (a, b) => Number(a < b), compares: true },
  GreaterOrEqual: { of: (a, b) => Number(a >= b), compares: true },
  LessOrEqual: { of: (a, b) => Number(a <= b), compares: true },
  And: { of: (a, b) => Number(a !== 0 && b !== 0), compares: true },
  Or: { of: (a, b) => Number(a !== 0 || b !== 0), compares: true },
};

const unaryRules: Readonly<Record<string, (value: number) => number>> = {
  Neg: (value) => -value,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Not: (value) => Number(value === 0),
};

export function foldUnary(operator: string, x: Known): Known | undefined {
  const rule = unaryRules[operator];
  if (rule === undefined || x.values.length > mostFolded) return undefined;
  return checked({ ...x, values: Array.from(x.values, (value) => rounding(x.dtype)(rule(value))) });
}

export function foldCast(x: Known, dtype: KnownType): Known | undefined {
  if (x.values.length > mostFolded) return undefined;
  const convert = (value: number) => {
    if (dtype === "bool") return Number(value !== 0);
    return dtype === "float32" || dtype === "double" ? rounding(dtype)(value) : Math.trunc(value);
  };
  return checked({ dtype, shape: x.shape, values: Array.from(x.values, convert) });
}

export function foldWhere(condition: Known, a: Known, b: Known): Known | undefined {
  const choices = broadcastShapes(a.shape, b.shape);
  const shape = choices && broadcastShapes(choices, condition.shape);
  if (shape === undefined || a.dtype !== b.dtype || !isSmall(shape)) return undefined;
  const [chosen, left, right] = [condition, a, b].map((each) => broadcastReader(each, shape)) as [Read, Read, Read];
  const values = Array.from({ length: sizeOf(shape) }, (_, place) => (chosen(place) ? left(place) : right(place)));
  return { dtype: a.dtype, shape, values };
}

export function foldExpand(x: Known, wanted: readonly number[]): Known | undefined {
  const shape = broadcastShapes(x.shape, wanted);
  if (shape === undefined || !isSmall(shape)) return undefined;
  const read = broadcastReader(x, shape);
  return { dtype: x.dtype, shape, values: Array.from({ length: sizeOf(shape) }, (_, place) => read(place)) };
}

export function foldConcat(parts: readonly Known[], axis: number): Known | undefined {
  const [first] = parts;
  const rank = first?.shape.length ?? 0;
  const [at] = normaliseAxes([axis], rank) ?? [];
  if (first === undefined || at === undefined) return undefined;
  const same = (other: Known) =>
    other.dtype === first.dtype && withSize(other.shape, at, 0).join() === withSize(first.shape, at, 0).join();
  const length = parts.reduce((sum, part) => sum + (part.shape[at] ?? 0), 0);
  const shape = withSize(first.shape, at, length);
  if (!parts.every(same) || !isSmall(shape)) return undefined;
  const rows = sizeOf(shape.slice(0, at));
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (const part of parts) {
      const width = part.values.length / Math.max(1, rows);
      for (let i = 0; i < width; i++) values.push(part.values[row * width + i]!);
    }
  }
  return { dtype: first.dtype, shape, values };
}

/** Positions along an axis, in place of which the axes of `shape` stand. */
export function foldGather(
  x: Known,
  {
    axis,
    indices,
    shape,
  }: { readonly axis: number; readonly indices: readonly number[]; readonly shape: readonly number[] },
): Known | undefined {
  const inner = sizeOf(x.shape.slice(axis + 1));
  const outer = sizeOf(x.shape.slice(0, axis));
  const length = x.shape[axis]!;
  if (!isSmall(x.shape) && x.values.length === 0) return undefined;
  if (outer * inner * indices.length > mostFolded) return undefined;
  const values: number[] = [];
  for (let row = 0; row < outer; row++) {
    for (const index of indices) {
      for (let i = 0; i < inner; i++) values.push(x.values[(row * length + index) * inner + i]!);
    }
  }
  return { dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...shape, ...x.shape.slice(axis + 1)], values };
}

export function foldTranspose(x: Known, order: readonly number[]): Known | undefined {
  if (!isSmall(x.shape)) return undefined;
  const shape = order.map((axis) => x.shape[axis]!);
  const steps = stepsOf(x.shape);
  const values = Array.from({ length: x.values.length }, (_, place) => {
    const at = positionsOf(place, shape);
    return x.values[order.reduce((sum, axis, i) => sum + steps[axis]! * at[i]!, 0)]!;
  });
  return { dtype: x.dtype, shape, values };
}

/** The product, sum, … of all values. */
export function foldReduceAll(operator: string, x: Known, keepDims: boolean): Known | undefined {
  const values = Array.from(x.values);
  if (values.length === 0 || values.length > mostFolded || x.dtype === "float32") return undefined;
  const results: Record<string, (a: number, b: number) => number> = {
    ReduceProd: (a, b) => a * b,
    ReduceSum: (a, b) => a + b,
    ReduceMax: Math.max,
    ReduceMin: Math.min,
  };
  const rule = results[operator];
  if (rule === undefined) return undefined;
  return checked({
    dtype: x.dtype,
    shape: keepDims ? x.shape.map(() => 1) : [],
    values: [values.reduce((a, b) => rule(a, b))],
  });
}

/** `undefined` where an integer is not exact. */
function checked(known: Known): Known | undefined {
  if (known.dtype === "float32" || known.dtype === "double") return known;
  return Array.from(known.values).every(Number.isSafeInteger) ? known : undefined;
}

function rounding(dtype: KnownType): (value: number) => number {
  return dtype === "float32" ? Math.fround : (value) => value;
}

type Read = (place: number) => number;

/** Reads a tensor as if it were broadcast to a shape. */
function broadcastReader({ shape, values }: Known, wanted: readonly number[]): Read {
  if (values.length === 1) return () => values[0]!;
  const steps = stepsOf(shape);
  const added = wanted.length - shape.length;
  return (place) =>
    values[
      positionsOf(place, wanted).reduce((sum, at, axis) => {
        const own = axis - added;
        return own < 0 || shape[own] === 1 ? sum : sum + steps[own]! * at;
      }, 0)
    ]!;
}

/** How far apart neighbours along each axis lie. */
function stepsOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

function positionsOf(place: number, shape: readonly number[]): number[] {
  return stepsOf(shape).map((step, axis) => Math.floor(place / step) % shape[axis]!);
}
