import { type MatCursor, matError, type NumberStorage, storages, takeBytes, takeNumbers } from "./mat-cursor.ts";
import { type MatValue, textRows } from "./mat-value.ts";

/** By the tens digit of the type code. */
const storageByCode: readonly NumberStorage[] = [
  storages.double,
  storages.single,
  storages.int32,
  storages.int16,
  storages.uint16,
  storages.uint8,
];

const headerBytes = 20;

/**
 * Whether bytes begin as a MATLAB level 4 file does: a type code MOPT (byte order, 0, storage, kind) and sizes that can be.
 * Level 4 has no mark of its own.
 */
export function mat4ByteOrder(bytes: Uint8Array): { readonly littleEndian: boolean } | undefined {
  if (bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const littleEndian of [true, false]) {
    const code = view.getInt32(0, littleEndian);
    const order = Math.floor(code / 1000);
    const isCode = code >= 0 && code < 2000 && Math.floor(code / 100) % 10 === 0 && Math.floor(code / 10) % 10 < 6;
    const nameLength = view.getInt32(16, littleEndian);
    if (isCode && order === (littleEndian ? 0 : 1) && nameLength > 0 && nameLength < 256) return { littleEndian };
  }
  return undefined;
}

/** Parses the variables of a MATLAB level 4 file. */
export function parseMat4(cursor: MatCursor): ReadonlyMap<string, MatValue> {
  const variables = new Map<string, MatValue>();
  while (cursor.at < cursor.end) {
    const [code, rows, columns, imaginary, nameLength] = takeNumbers(cursor, {
      count: 5,
      storage: storages.int32,
    }) as Iterable<number> as [number, number, number, number, number];
    const storage = storageByCode[Math.floor(code / 10) % 10];
    const kind = code % 10;
    if (storage === undefined || kind > 2 || code < 0) throw matError(cursor, "a type code such as 10 or 30", code);
    if (rows < 0 || columns < 0 || imaginary < 0 || imaginary > 1) {
      throw matError(cursor, "sizes from 0", `${rows} × ${columns}, ${imaginary}`);
    }
    if (nameLength < 1 || nameLength > 255) throw matError(cursor, "a name of 1 to 255 bytes", nameLength);
    const name = nameAt(cursor, nameLength);
    const shape = [rows, columns];
    const values = takeNumbers(cursor, { count: rows * columns, storage });
    if (imaginary === 1) takeBytes(cursor, rows * columns * storage.size, "imaginary parts");
    variables.set(name, valueOf({ kind, imaginary, shape, values }));
  }
  return variables;
}

function valueOf(read: { kind: number; imaginary: number; shape: readonly number[]; values: Float64Array }): MatValue {
  const { kind, imaginary, shape, values } = read;
  if (kind === 2) return { kind: "unsupported", what: "a sparse matrix" };
  if (imaginary === 1) return { kind: "unsupported", what: "a complex matrix" };
  return kind === 1 ? { kind: "text", shape, rows: textRows(values, shape) } : { kind: "numbers", shape, values };
}

function nameAt(cursor: MatCursor, length: number): string {
  const start = takeBytes(cursor, length, "a name");
  return new TextDecoder("latin1").decode(cursor.bytes.subarray(start, start + length)).replace(/\0.*$/s, "");
}
