import protobuf from "protobufjs/minimal.js";

import { FormatError } from "../../core/errors.ts";

/**
 * A protocol-buffers message as a table: field name → its number and type. Integers are read as numbers, which is exact
 * to 2⁵³. Fields that the table does not name are skipped.
 */
export interface MessageTable {
  readonly [field: string]: FieldTable;
}

export interface FieldTable {
  readonly id: number;
  readonly type: "integer" | "float" | "double" | "string" | "bytes" | (() => MessageTable);
  readonly repeated?: true;
}

type Fields = { [field: string]: unknown };

/** Deeper nesting than any real model has. */
const maximumDepth = 40;

const wireTypes = { integer: 0, double: 1, string: 2, bytes: 2, float: 5 } as const;

export function encodeMessage(table: MessageTable, message: object): Uint8Array {
  const writer = new protobuf.Writer();
  writeFields(writer, table, message as Fields);
  return writer.finish();
}

function writeFields(writer: protobuf.Writer, table: MessageTable, message: Fields): void {
  for (const [name, field] of Object.entries(table)) {
    const value = message[name];
    if (value === undefined) continue;
    for (const each of field.repeated === true ? (value as readonly unknown[]) : [value])
      writeField(writer, field, each);
  }
}

function writeField(writer: protobuf.Writer, { id, type }: FieldTable, value: unknown): void {
  if (typeof type === "function") {
    writer.uint32((id << 3) | 2).fork();
    writeFields(writer, type(), value as Fields);
    writer.ldelim();
    return;
  }
  writer.uint32((id << 3) | wireTypes[type]);
  switch (type) {
    case "integer":
      writer.int64(value as number);
      break;
    case "float":
      writer.float(value as number);
      break;
    case "double":
      writer.double(value as number);
      break;
    case "string":
      writer.string(value as string);
      break;
    case "bytes":
      writer.bytes(value as Uint8Array);
      break;
  }
}

/**
 * Reads a message; byte fields are views into `bytes`. Repeated fields are always there, empty where the message has none.
 * @throws FormatError with the byte where it stops making sense.
 */
export function decodeMessage(table: MessageTable, bytes: Uint8Array): Fields {
  const reader = new protobuf.Reader(bytes);
  try {
    return readFields(reader, { table, end: bytes.length, depth: 0 });
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(
      `Cannot read ONNX model: expected a protocol-buffers message, found ${(error as Error).message}`,
      {
        byte: reader.pos,
      },
    );
  }
}

interface Extent {
  readonly table: MessageTable;
  readonly end: number;
  readonly depth: number;
}

function readFields(reader: protobuf.Reader, { table, end, depth }: Extent): Fields {
  if (depth > maximumDepth) fail(reader, `at most ${maximumDepth} nested messages`, "more");
  const message: Fields = {};
  const byId = new Map<number, [string, FieldTable]>();
  for (const [name, field] of Object.entries(table)) {
    byId.set(field.id, [name, field]);
    if (field.repeated === true) message[name] = [];
  }
  while (reader.pos < end) {
    const tag = reader.uint32();
    const known = byId.get(tag >>> 3);
    if (known === undefined) {
      if (tag >>> 3 === 0) fail(reader, "a field number", "0");
      reader.skipType(tag & 7);
    } else {
      const [name, field] = known;
      const values = readField(reader, field, { wireType: tag & 7, depth });
      // One by one: a packed field may hold more values than a call takes arguments.
      if (field.repeated === true) for (const value of values) (message[name] as unknown[]).push(value);
      else message[name] = values.at(-1);
    }
    if (reader.pos > end) fail(reader, `a message that ends at byte ${end}`, `a field up to byte ${reader.pos}`);
  }
  return message;
}

function readField(
  reader: protobuf.Reader,
  { type, repeated }: FieldTable,
  { wireType, depth }: { readonly wireType: number; readonly depth: number },
): unknown[] {
  if (typeof type === "function") {
    if (wireType !== 2) fail(reader, "a nested message", `wire type ${wireType}`);
    const length = reader.uint32();
    const end = reader.pos + length;
    if (end > reader.len) fail(reader, `${length} bytes`, `${reader.len - reader.pos}`);
    return [readFields(reader, { table: type(), end, depth: depth + 1 })];
  }
  const scalar = wireTypes[type];
  if (wireType === scalar) return [readScalar(reader, type)];
  if (repeated !== true || wireType !== 2) fail(reader, `wire type ${scalar}`, `${wireType}`);
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) fail(reader, `${length} bytes`, `${reader.len - reader.pos}`);
  const values: unknown[] = [];
  while (reader.pos < end) values.push(readScalar(reader, type));
  return values;
}

function readScalar(reader: protobuf.Reader, type: keyof typeof wireTypes): unknown {
  switch (type) {
    case "integer":
      return toNumber(reader.int64() as unknown);
    case "float":
      return reader.float();
    case "double":
      return reader.double();
    case "string":
      return reader.string();
    case "bytes":
      return reader.bytes();
  }
}

/** 64-bit integers come as an object where a library for them is there. */
function toNumber(value: unknown): number {
  return typeof value === "number" ? value : (value as { toNumber(): number }).toNumber();
}

function fail(reader: protobuf.Reader, wanted: string, found: string): never {
  throw new FormatError(`Cannot read ONNX model: expected ${wanted}, found ${found}`, { byte: reader.pos });
}
