import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type ModelCard, readCard } from "../bundle/index.ts";

const folder = fileURLToPath(new URL("../../models", import.meta.url));
const suffix = ".onnx";

/** A model that comes with the package; what it is stands in models/README.md and in its card. */
export interface ShippedModel {
  /** As `--model` takes it: the file's name without its ending. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

/** All of them, by name: a model is shipped by its file's being in the folder. */
export async function shippedModels(): Promise<readonly ShippedModel[]> {
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.endsWith(suffix))
    .sort()
    .map((file) => ({ name: file.slice(0, -suffix.length), file: join(folder, file) }));
}

/** What a shipped model says of itself. */
export async function shippedCard({ file }: ShippedModel): Promise<ModelCard> {
  return readCard(new Uint8Array(await readFile(file)), { file });
}
