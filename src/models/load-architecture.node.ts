import { readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { UserError } from "../core/errors.ts";
import type { Architecture } from "./architecture.ts";
import { onnxArchitecture } from "./onnx-architecture.ts";
import { findArchitecture } from "./registry.ts";

export interface LoadedArchitecture {
  readonly architecture: Architecture;
  /** The file that it comes from; absent for one of the package's own. */
  readonly file?: { readonly name: string; readonly bytes: Uint8Array };
}

/**
 * The architecture that a recipe names: one of the package's own; or by a path relative to `directory`, the default export
 * of a JavaScript or TypeScript module, or the net of an `.onnx` file.
 * @throws UserError that says in one sentence why there is none.
 */
export async function loadArchitecture(
  nameOrFile: string,
  { directory }: { readonly directory: string },
): Promise<LoadedArchitecture> {
  const isOnnx = extname(nameOrFile) === ".onnx";
  if (!isOnnx && !isModule(nameOrFile)) return { architecture: findArchitecture(nameOrFile) };
  const path = resolve(directory, nameOrFile);
  const mistake = (text: string) => new UserError(`Cannot load model ${nameOrFile}: ${text}`);
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw mistake(`expected ${isOnnx ? "a file" : "a module"} at ${path}, found none.`);
  }
  const file = { name: basename(path), bytes };
  if (isOnnx) {
    const architecture = onnxArchitecture(bytes, { name: basename(path, extname(path)), file: file.name });
    return { architecture: architecture as Architecture, file };
  }
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as typeof module;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_UNKNOWN_FILE_EXTENSION") {
      throw mistake(
        `Node ${process.versions.node} does not read TypeScript; use Node 22.18 or later, or compile the module to JavaScript.`,
      );
    }
    // Node keeps the place of a syntax error to itself.
    const hint = error instanceof SyntaxError ? ` (node --check ${nameOrFile} shows where)` : "";
    throw mistake(`its code failed: ${String(error).replace(/\.+$/, "")}${hint}.`);
  }
  return { architecture: checkArchitecture(module.default, { path, mistake }), file };
}

/** Whether a model is named by a file and not by a name of the package's. */
function isModule(nameOrFile: string): boolean {
  return /^\.[cm]?[jt]s$/.test(extname(nameOrFile));
}

function checkArchitecture(
  found: unknown,
  { path, mistake }: { readonly path: string; readonly mistake: (text: string) => UserError },
): Architecture {
  if (typeof found !== "object" || found === null || Array.isArray(found)) {
    throw mistake(`expected an architecture as its default export, found ${found === null ? "null" : typeof found}.`);
  }
  const { name, source, settings, inputs, build } = found as Partial<Record<keyof Architecture, unknown>>;
  const wanted = (what: string, value: unknown) =>
    mistake(`expected ${what} in its default export, found ${value === undefined ? "none" : typeof value}.`);
  if (typeof build !== "function") throw wanted("a function build", build);
  if (inputs !== undefined && typeof inputs !== "function") throw wanted("a function inputs", inputs);
  if (name !== undefined && typeof name !== "string") throw wanted("a name", name);
  if (source !== undefined && typeof source !== "string") throw wanted("a source", source);
  const parses =
    settings === undefined ||
    typeof settings === "function" ||
    (typeof settings === "object" && settings !== null && "safeParse" in settings);
  if (!parses) throw wanted("a zod schema or a function as settings", settings);
  return {
    ...(found as Architecture),
    name: name ?? basename(path, extname(path)),
    source: source ?? basename(path),
  };
}
