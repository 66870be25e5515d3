import type { DType, TensorType } from "./tensor.ts";

/** Number of values of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The shape that NumPy broadcasts two shapes to; `undefined` where it does not. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** Axes counted from the end made to count from the start, sorted; `undefined` where one is out of range or named twice. */
export function normaliseAxes(axes: readonly number[], rank: number): readonly number[] | undefined {
  const normal = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const valid = normal.every((axis, i) => Number.isInteger(axis) && axis >= 0 && axis < rank && axis !== normal[i - 1]);
  return valid ? normal : undefined;
}

/** `float32[64, 1, 251]` */
export function describeType({ shape, dtype }: TensorType): string {
  return `${dtype}[${shape.join(", ")}]`;
}

export function describeShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** A copy of a shape with one size changed. */
export function withSize(shape: readonly number[], axis: number, size: number): number[] {
  return shape.map((old, i) => (i === axis ? size : old));
}

export const float = (shape: readonly number[]): TensorType => ({ shape, dtype: "float32" });

export const typed = (shape: readonly number[], dtype: DType): TensorType => ({ shape, dtype });
