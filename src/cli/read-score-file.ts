import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";

import { CsvError, parse } from "csv-parse/sync";

import { FormatError, UserError } from "../core/index.ts";
import { readCsvTable, type ScoreTable, tableOfArray } from "../evaluate/index.ts";
import { npyNumbers, parseNpy } from "../formats/index.ts";

/** Reads a file of true classes or scores: `.npy`, `.csv`. */
export async function readScoreFile(
  path: string,
  { cwd, header }: { readonly cwd: string; readonly header?: boolean | undefined },
): Promise<ScoreTable> {
  const file = basename(path);
  const bytes = await readFile(resolve(cwd, path)).catch((error: unknown) => {
    throw new UserError(
      `Cannot read ${path}: expected a file, found ${(error as NodeJS.ErrnoException).code ?? "none"}`,
    );
  });
  // An NPY file is known by its first bytes, whatever its name.
  if (bytes[0] === 0x93 && bytes.subarray(1, 6).toString("latin1") === "NUMPY") {
    const array = parseNpy(bytes, { name: file });
    return tableOfArray(
      { shape: array.shape, dtype: array.dtype, values: npyNumbers(array, { name: file }) },
      { file },
    );
  }
  if (/\.npy$/i.test(path))
    throw new FormatError("Cannot read the array: expected an NPY file, found other bytes", { file });
  return readCsvTable(cellsOf(bytes, file), { file, header });
}

function cellsOf(bytes: Uint8Array, file: string): string[][] {
  if (bytes.includes(0))
    throw new FormatError("Cannot read the table: expected CSV text, found bytes that are none", { file });
  const text = new TextDecoder("utf-8", { fatal: true });
  try {
    return parse(text.decode(bytes), { bom: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    if (error instanceof TypeError)
      throw new FormatError("Cannot read the table: expected UTF-8 text, found other bytes", { file });
    if (error instanceof CsvError)
      throw new FormatError(`Cannot read the table: expected CSV, found this: ${error.message}`, { file });
    throw error;
  }
}
