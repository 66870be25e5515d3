import { inflateBounded } from "./inflate-bounded.ts";
import {
  type MatCursor,
  matCursor,
  matError,
  type NumberStorage,
  storages,
  takeBytes,
  takeNumbers,
} from "./mat-cursor.ts";
import { type MatValue, textRows } from "./mat-value.ts";

const headerBytes = 128;
const matrixType = 14;
const compressedType = 15;
const maxDepth = 16;

/** Storage by the type of a data element; text is read as the numbers of its characters. */
const storageByType: Readonly<Record<number, NumberStorage>> = {
  1: storages.int8,
  2: storages.uint8,
  3: storages.int16,
  4: storages.uint16,
  5: storages.int32,
  6: storages.uint32,
  7: storages.single,
  9: storages.double,
  12: storages.int64,
  13: storages.uint64,
  16: storages.uint8,
  17: storages.uint16,
  18: storages.uint32,
};

const arrayClass = { cell: 1, struct: 2, char: 4, sparse: 5, firstNumeric: 6, lastNumeric: 15 } as const;

/** What is wanted where a file is of a later version. */
export const wantedLevel = "level 5 (version 7.3 is HDF5: save with -v7)";

/** Whether bytes begin as a MATLAB level 5 file does, and in which byte order. */
export function mat5ByteOrder(bytes: Uint8Array): { readonly littleEndian: boolean } | undefined {
  const mark = String.fromCharCode(bytes[126] ?? 0, bytes[127] ?? 0);
  if (mark !== "IM" && mark !== "MI") return undefined;
  return { littleEndian: mark === "IM" };
}

/** Parses the variables of a MATLAB level 5 file (as MATLAB 5 to 7 write them), plain or compressed. */
export async function parseMat5(cursor: MatCursor): Promise<ReadonlyMap<string, MatValue>> {
  const variables = new Map<string, MatValue>();
  takeBytes(cursor, headerBytes, "a header");
  const version = cursor.view.getUint16(124, cursor.littleEndian);
  if (version !== 0x0100) throw matError(cursor, wantedLevel, `0x${version.toString(16)}`);
  while (cursor.at < cursor.end) {
    const { type, start, size } = takeTag(cursor);
    const compressed = type === compressedType ? await inflated(cursor, { start, size }) : undefined;
    const tag = compressed === undefined ? { type, start, size } : takeTag(compressed);
    const element = within(compressed ?? cursor, { at: tag.start, end: tag.start + tag.size });
    if (tag.type !== matrixType) throw matError(element, "a variable (element type 14)", tag.type);
    const { name, value } = takeMatrix(element, 0);
    variables.set(name, value);
  }
  return variables;
}

async function inflated(cursor: MatCursor, { start, size }: { start: number; size: number }): Promise<MatCursor> {
  const { bytes, file, littleEndian } = cursor;
  const data = await inflateBounded(bytes.subarray(start, start + size), {
    // The first eight bytes say how long the element is.
    lengthOf: (first) => {
      if (first.length < 8) return undefined;
      const view = new DataView(first.buffer, first.byteOffset, first.byteLength);
      return 8 + view.getUint32(4, littleEndian);
    },
    fail: (wanted, found) => matError({ file, at: start }, wanted, found),
  });
  return matCursor(data, { file, littleEndian });
}

/** Reads the tag of an element, and moves the cursor behind the element. */
function takeTag(cursor: MatCursor): { readonly type: number; readonly start: number; readonly size: number } {
  const tagStart = takeBytes(cursor, 8, "an element's tag");
  const { view, littleEndian } = cursor;
  const first = view.getUint32(tagStart, littleEndian);
  if (first >>> 16 !== 0) {
    // Small element: type and size share four bytes, the data are the other four.
    const size = first >>> 16;
    if (size > 4) throw matError(cursor, "a small element of at most 4 bytes", size);
    return { type: first & 0xffff, start: tagStart + 4, size };
  }
  const size = view.getUint32(tagStart + 4, littleEndian);
  const start = takeBytes(cursor, size, "an element");
  // Elements begin at multiples of eight, compressed ones anywhere; the last may lack its filling.
  if (first !== compressedType) cursor.at = Math.min(cursor.end, start + Math.ceil(size / 8) * 8);
  return { type: first, start, size };
}

function within(cursor: MatCursor, { at, end }: { at: number; end: number }): MatCursor {
  return { ...cursor, at, end };
}

function takeElement(cursor: MatCursor, what: string): { readonly values: Float64Array; readonly type: number } {
  const { type, start, size } = takeTag(cursor);
  const storage = storageByType[type];
  if (storage === undefined || size % storage.size !== 0) {
    throw matError({ ...cursor, at: start }, `numbers for ${what}`, `element type ${type} of ${size} bytes`);
  }
  const values = takeNumbers(within(cursor, { at: start, end: start + size }), { count: size / storage.size, storage });
  return { values, type };
}

/** Reads the content of a matrix element; an empty one is an empty array without a name. */
function takeMatrix(cursor: MatCursor, depth: number): { readonly name: string; readonly value: MatValue } {
  if (depth > maxDepth) throw matError(cursor, `at most ${maxDepth} levels of structures`, "more");
  if (cursor.at === cursor.end)
    return { name: "", value: { kind: "numbers", shape: [0, 0], values: new Float64Array(0) } };
  const flags = takeElement(cursor, "array flags").values[0] ?? 0;
  const kind = flags & 0xff;
  const isComplex = (flags & 0x0800) !== 0;
  // Opaque objects have no shape where the others have it.
  if (kind > arrayClass.lastNumeric) return { name: "", value: { kind: "unsupported", what: "an object" } };
  const shape = [...takeElement(cursor, "a shape").values];
  const name = textOf(takeElement(cursor, "a name").values);
  const count = shape.reduce((product, size) => product * size, 1);
  if (shape.length < 2 || shape.some((size) => !Number.isInteger(size) || size < 0) || !Number.isSafeInteger(count)) {
    throw matError(cursor, "a shape of two or more sizes from 0", shape.join(" × "));
  }
  return { name, value: valueOf(cursor, { kind, isComplex, shape, count, depth }) };
}

interface MatrixHead {
  readonly kind: number;
  readonly isComplex: boolean;
  readonly shape: readonly number[];
  readonly count: number;
  readonly depth: number;
}

function valueOf(cursor: MatCursor, head: MatrixHead): MatValue {
  const { kind, isComplex, shape, count } = head;
  if (kind === arrayClass.cell) {
    return { kind: "cell", shape, elements: takeMatrices(cursor, { count, depth: head.depth }) };
  }
  if (kind === arrayClass.struct) return structOf(cursor, head);
  if (kind === arrayClass.char) {
    const characters = takeText(cursor);
    if (characters.length !== count) {
      throw matError(cursor, `${count} characters for ${shape.join(" × ")}`, characters.length);
    }
    return { kind: "text", shape, rows: textRows(characters, shape) };
  }
  if (kind === arrayClass.sparse) return { kind: "unsupported", what: "a sparse matrix" };
  if (kind < arrayClass.firstNumeric) return { kind: "unsupported", what: "an object" };
  if (isComplex) return { kind: "unsupported", what: "a complex matrix" };
  const { values } = takeElement(cursor, "an array");
  if (values.length !== count) throw matError(cursor, `${count} values for ${shape.join(" × ")}`, values.length);
  return { kind: "numbers", shape, values };
}

function structOf(cursor: MatCursor, { shape, count, depth }: MatrixHead): MatValue {
  const nameLength = takeElement(cursor, "the length of field names").values[0] ?? 0;
  const characters = takeElement(cursor, "field names").values;
  const fieldCount = characters.length / nameLength;
  if (characters.length > 0 && !Number.isInteger(fieldCount)) {
    throw matError(cursor, `field names of ${nameLength} bytes each`, `${characters.length} bytes`);
  }
  const names = Array.from({ length: characters.length === 0 ? 0 : fieldCount }, (_, i) =>
    textOf(characters.subarray(i * nameLength, (i + 1) * nameLength)),
  );
  const values = takeMatrices(cursor, { count: count * names.length, depth });
  const elements = names.length === 0 ? [] : Array.from({ length: count }, (_, i) => i);
  return {
    kind: "struct",
    shape,
    elements: elements.map((i) => new Map(names.map((name, field) => [name, values[i * names.length + field]!]))),
  };
}

function takeMatrices(
  cursor: MatCursor,
  { count, depth }: { readonly count: number; readonly depth: number },
): MatValue[] {
  const values: MatValue[] = [];
  // One by one, each checked against the end: a count that the file can't hold ends in an error, not in a large array.
  for (let i = 0; i < count; i++) {
    const { type, start, size } = takeTag(cursor);
    if (type !== matrixType) throw matError({ ...cursor, at: start }, "an array (element type 14)", type);
    values.push(takeMatrix(within(cursor, { at: start, end: start + size }), depth + 1).value);
  }
  return values;
}

/** Character codes of a text array; UTF-8 is decoded. */
function takeText(cursor: MatCursor): ArrayLike<number> {
  const { values, type } = takeElement(cursor, "text");
  if (type !== 16) return values;
  return Array.from(new TextDecoder().decode(Uint8Array.from(values)), (character) => character.charCodeAt(0));
}

function textOf(characters: Float64Array): string {
  return String.fromCharCode(...characters.subarray(0, 4096)).replace(/\0.*$/s, "");
}
