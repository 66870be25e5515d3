import protobuf from "protobufjs/minimal.js";

import { FormatError } from "../../core/errors.ts";
import { decodeOnnxModel, encodeMetadataEntry, metadataField } from "./model.ts";

/**
 * The `metadata_props` of an ONNX model.
 * @throws FormatError where the bytes are not a model.
 */
export function readOnnxMetadata(bytes: Uint8Array): Record<string, string> {
  return Object.fromEntries(decodeOnnxModel(bytes).metadata.map(({ key, value }) => [key, value]));
}

/**
 * The same model with other `metadata_props`: those of the same name are replaced, the rest stay. Everything else is
 * copied byte for byte, also what this library does not know.
 * @throws FormatError where the bytes are not a model.
 */
export function writeOnnxMetadata(bytes: Uint8Array, metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries = { ...readOnnxMetadata(bytes), ...metadata };
  const writer = new protobuf.Writer();
  for (const [key, value] of Object.entries(entries)) {
    writer.uint32((metadataField << 3) | 2).bytes(encodeMetadataEntry(key, value));
  }
  const parts = [...fieldsExcept(bytes, metadataField), writer.finish()];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The fields of a message as they stand, without those of one number. */
function fieldsExcept(bytes: Uint8Array, id: number): Uint8Array[] {
  const reader = new protobuf.Reader(bytes);
  const kept: Uint8Array[] = [];
  try {
    while (reader.pos < bytes.length) {
      const start = reader.pos;
      const tag = reader.uint32();
      reader.skipType(tag & 7);
      if (tag >>> 3 !== id) kept.push(bytes.subarray(start, reader.pos));
    }
  } catch (error) {
    throw new FormatError(`Cannot read ONNX model: expected a whole field, found ${(error as Error).message}`, {
      byte: reader.pos,
    });
  }
  return kept;
}
