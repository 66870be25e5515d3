import { FormatError } from "../../core/errors.ts";

/** A place in a MATLAB file's bytes; every read is checked against the end. */
export interface MatCursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly file: string;
  at: number;
  /** Where reading must stop. */
  readonly end: number;
}

export function matCursor(
  bytes: Uint8Array,
  { file, littleEndian, at = 0 }: { readonly file: string; readonly littleEndian: boolean; readonly at?: number },
): MatCursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, view, littleEndian, file, at, end: bytes.length };
}

export function matError(cursor: Pick<MatCursor, "file" | "at">, wanted: string, found: string | number): FormatError {
  return new FormatError(`Cannot read the MATLAB file: expected ${wanted}, found ${found}`, {
    file: cursor.file,
    byte: cursor.at,
  });
}

/** Moves over `count` bytes, and says where they began. */
export function takeBytes(cursor: MatCursor, count: number, what: string): number {
  const start = cursor.at;
  if (!Number.isSafeInteger(count) || count < 0 || start + count > cursor.end) {
    throw matError(cursor, `${count} bytes of ${what}`, `${cursor.end - start} bytes`);
  }
  cursor.at += count;
  return start;
}

/** Storage of numbers: bytes of one, and how to read it. */
export interface NumberStorage {
  readonly size: number;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
}

export const storages = {
  int8: { size: 1, read: (view, at) => view.getInt8(at) },
  uint8: { size: 1, read: (view, at) => view.getUint8(at) },
  int16: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  uint16: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  int32: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  uint32: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  int64: { size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  uint64: { size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  single: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  double: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
} as const satisfies Record<string, NumberStorage>;

/** Reads `count` numbers from the cursor on. 64-bit integers beyond ±2^53 lose their last digits, as in MATLAB's own arithmetic. */
export function takeNumbers(
  cursor: MatCursor,
  { count, storage }: { readonly count: number; readonly storage: NumberStorage },
): Float64Array {
  const { size, read } = storage;
  const start = takeBytes(cursor, count * size, `${count} numbers`);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = read(cursor.view, start + i * size, cursor.littleEndian);
  return numbers;
}
