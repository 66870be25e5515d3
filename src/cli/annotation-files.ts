import { access } from "node:fs/promises";
import { basename, join } from "node:path";

import { UserError } from "../core/errors.ts";
import { writeFileWhole } from "../core/write-file.node.ts";
import { UsageError } from "./usage-error.ts";

/** Extensions of signals, headers and other files that lie beside a record: an annotation file of that name would take their place. */
const takenExtensions = new Set(
  "hea dat mat csv tsv txt npy npz edf bdf rec dcm xml json onnx html svg png pdf xws wav flac zip gz".split(" "),
);

/** Refuses what is no annotator's name, or the extension of another kind of file. */
export function checkAnnotator(annotator: string): void {
  if (!/^[A-Za-z0-9_-]+$/.test(annotator)) {
    throw new UsageError(`expected an annotator name of letters, digits, - and _, found "${annotator}"`);
  }
  if (takenExtensions.has(annotator.toLowerCase())) {
    throw new UsageError(`expected an annotator name such as ai, found "${annotator}", by which other files are known`);
  }
}

/** Refuses recordings whose annotation files would have the same name, before any is written. */
export function checkDifferentNames(specs: readonly string[]): void {
  const names = specs.map((spec) => basename(spec).replace(/\.(hea|dat|mat|atr|csv|npy)$/i, ""));
  const twice = names.findIndex((name, i) => names.indexOf(name) < i);
  if (twice < 0) return;
  const first = specs[names.indexOf(names[twice]!)]!;
  throw new UsageError(
    `--write: expected recordings of different names, since their files go into one folder, found ${first} and ${specs[twice]!}`,
  );
}

export interface AnnotationFileOptions {
  readonly directory: string;
  readonly annotator: string;
  readonly force: boolean;
}

/** Writes annotation files `<record>.<annotator>`, none of them twice; gives their paths. */
export function annotationWriter({ directory, annotator, force }: AnnotationFileOptions) {
  const written = new Set<string>();
  return async (record: string, bytes: Uint8Array): Promise<string> => {
    const path = join(directory, `${record}.${annotator}`);
    if (written.has(path)) {
      throw new UserError(`Cannot write ${path}: expected one recording of that name, found a second one.`);
    }
    // A name like `atr` may be that of somebody's reference annotations.
    if (!force && (await exists(path))) {
      throw new UserError(`Cannot write ${path}: expected no such file, found one (--force overwrites).`);
    }
    await writeFileWhole(path, bytes);
    written.add(path);
    return path;
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
