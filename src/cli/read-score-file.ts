import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";

import { CsvError, parse } from "csv-parse/sync";

import { FormatError, UserError } from "../core/index.ts";
import {
  type CsvLine,
  csvSeparator,
  type CsvTableOptions,
  readCsvTable,
  type ScoreTable,
  tableOfArray,
} from "../evaluate/index.ts";
import { npyNumbers, parseNpy } from "../formats/index.ts";

/** Reads a file of true classes or scores: `.npy`, `.csv`. */
export async function readScoreFile(
  path: string,
  { cwd, ...options }: { readonly cwd: string } & Omit<CsvTableOptions, "file">,
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
  return tableOfText(textOf(bytes, file), { ...options, file });
}

function textOf(bytes: Uint8Array, file: string): string {
  if (bytes.includes(0))
    throw new FormatError("Cannot read the table: expected CSV text, found bytes that are none", { file });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError("Cannot read the table: expected UTF-8 text, found other bytes", { file });
  }
}

function tableOfText(text: string, options: CsvTableOptions): ScoreTable {
  const { file } = options;
  const separator = csvSeparator(text);
  const table = readCsvTable(linesOf(text, { separator, file }), options);
  if (separator === ",") return table;
  const between = separator === ";" ? "semicolons" : "tabs";
  const notice = { code: "separator", message: `The values of ${file} are read as separated by ${between}.` };
  return { ...table, notices: [notice, ...(table.notices ?? [])] };
}

/** Lines with their numbers, empty ones too: which of them are rows is the table's to say. */
function linesOf(text: string, { separator, file }: { readonly separator: string; readonly file: string }): CsvLine[] {
  const lines: CsvLine[] = [];
  try {
    parse(text, {
      delimiter: separator,
      relax_column_count: true,
      trim: true,
      on_record: (cells: string[], { lines: line }) => void lines.push({ cells, line }),
    });
    return lines;
  } catch (error) {
    if (error instanceof CsvError)
      throw new FormatError(`Cannot read the table: expected CSV, found this: ${error.message}`, { file });
    throw error;
  }
}
