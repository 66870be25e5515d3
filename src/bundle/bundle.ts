import { z } from "zod";

import { FormatError } from "../core/errors.ts";
import { readOnnxMetadata, writeOnnxMetadata } from "../tensor/onnx/index.ts";
import { checkCard } from "./check-card.ts";
import { migrateCard } from "./migrate-card.ts";
import { type ModelCard, modelCardSchema } from "./model-card.ts";

/** The key of the card in the ONNX file's `metadata_props`. */
export const cardKey = "einthoven.card";

/**
 * Puts the card into an ONNX file; what else its metadata holds stays.
 * @throws FormatError where parts of the card contradict each other.
 */
export function writeBundle(onnx: Uint8Array, card: ModelCard): Uint8Array {
  const checked = modelCardSchema.parse(card);
  checkCard(checked, { verb: "write" });
  return writeOnnxMetadata(onnx, { [cardKey]: JSON.stringify(checked) });
}

/**
 * Reads and checks the card of an ONNX file, of whatever version.
 * @throws FormatError where the file is no ONNX model, has no card, or one that does not fit the schema or contradicts itself.
 */
export function readCard(onnx: Uint8Array, { file }: { readonly file: string }): ModelCard {
  const text = metadataOf(onnx, file)[cardKey];
  if (text === undefined) {
    throw new FormatError(`Cannot open model: expected a card in metadata_props["${cardKey}"], found none.`, { file });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`Cannot open model: expected a card in JSON, found ${(error as Error).message}.`, { file });
  }
  const parsed = modelCardSchema.safeParse(migrateCard(value));
  if (!parsed.success) {
    throw new FormatError(`Cannot open model: its card does not fit the schema: ${z.prettifyError(parsed.error)}`, {
      file,
    });
  }
  checkCard(parsed.data, { verb: "open", file });
  return parsed.data;
}

function metadataOf(onnx: Uint8Array, file: string): Record<string, string> {
  try {
    return readOnnxMetadata(onnx);
  } catch (error) {
    throw error instanceof FormatError ? new FormatError(error.message, { file }) : error;
  }
}
