import { UserError } from "../../core/errors.ts";

/** An array as an NPY file holds it. */
export interface NpyArray {
  /** Empty for a single number. */
  readonly shape: readonly number[];
  readonly dtype: NpyDtype;
  /** In C order: the last axis is the fastest. `b1` has 0 and 1. */
  readonly values: NpyValues;
}

export type NpyValues =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** NumPy's kinds of numbers, by its codes without byte order. */
export const npyDtypes = {
  b1: Uint8Array,
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

export type NpyDtype = keyof typeof npyDtypes;

/**
 * The values as ordinary numbers.
 * @throws UserError where a 64-bit integer is beyond ±2^53.
 */
export function npyNumbers(
  { values }: NpyArray,
  { name = "the array" }: { readonly name?: string } = {},
): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    numbers[i] = Number(value);
    if (typeof value === "bigint" && !Number.isSafeInteger(numbers[i])) {
      throw new UserError(`Cannot take ${name} as numbers: expected integers within ±2^53, found ${value} at ${i}`);
    }
  }
  return numbers;
}
