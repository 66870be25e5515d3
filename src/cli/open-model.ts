import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { Device } from "../core/device.ts";
import { UserError } from "../core/errors.ts";
import { type Predictor, openModelFile } from "../runtime/index.node.ts";

const shipped = fileURLToPath(new URL("../../models", import.meta.url));

/** Opens a model: a file, or the name of one that comes with the package. */
export async function openModel(
  nameOrFile: string,
  { cwd, device = "cpu" }: { readonly cwd: string; readonly device?: Device | undefined },
): Promise<Predictor> {
  const names = (await readdir(shipped).catch(() => []))
    .filter((file) => file.endsWith(".onnx"))
    .map((file) => file.slice(0, -".onnx".length));
  const path = names.includes(nameOrFile) ? join(shipped, `${nameOrFile}.onnx`) : resolve(cwd, nameOrFile);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) {
    const known = names.length === 0 ? "" : `, or one of ${names.join(", ")}`;
    throw new UserError(
      `Cannot open model ${nameOrFile}: expected an .onnx file${known}, found ${found === undefined ? "no such file" : "a folder"}.`,
    );
  }
  return openModelFile(path, { device });
}
