import { stat } from "node:fs/promises";
import { resolve } from "node:path";

import type { Device } from "../core/device.ts";
import { UserError } from "../core/errors.ts";
import { type Predictor, openModelFile } from "../runtime/index.node.ts";
import { shippedModels } from "./shipped-models.ts";

export interface OpenModelOptions {
  readonly cwd: string;
  readonly device?: Device | undefined;
  /** Ends predictions between batches. */
  readonly signal?: AbortSignal;
}

/** Opens a model: a file, or the name of one that comes with the package. */
export async function openModel(
  nameOrFile: string,
  { cwd, device = "cpu", signal }: OpenModelOptions,
): Promise<Predictor> {
  const shipped = await shippedModels();
  const path = shipped.find(({ name }) => name === nameOrFile)?.file ?? resolve(cwd, nameOrFile);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new UserError(
      `Cannot open model ${nameOrFile}: expected an .onnx file${orShipped(shipped)}, ` +
        `found ${found === undefined ? "no such file" : "a folder"}.`,
    );
  }
  return openModelFile(path, { device, ...(signal === undefined ? {} : { signal }) });
}

/** `, or one of beats, multibranch`; nothing where none is shipped. */
export function orShipped(shipped: readonly { readonly name: string }[]): string {
  return shipped.length === 0 ? "" : `, or one of ${shipped.map(({ name }) => name).join(", ")}`;
}
