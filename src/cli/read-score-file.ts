import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";

import { CsvError, parse } from "csv-parse/sync";

import { FormatError, UserError } from "../core/index.ts";
import {
  type CsvLine,
  type CsvSeparator,
  csvSeparator,
  type CsvTableOptions,
  mayBeSets,
  readCsvTable,
  type ScoreTable,
  tableOfArray,
} from "../evaluate/index.ts";
import { npyNumbers, parseNpy } from "../formats/index.ts";

/** Reads a file of true classes or scores: `.npy`, `.csv`. */
export async function readScoreFile(
  path: string,
  { cwd, ...options }: { readonly cwd: string } & Omit<CsvTableOptions, "file" | "separator">,
): Promise<ScoreTable> {
  const file = basename(path);
  const bytes = await readFile(resolve(cwd, path)).catch((error: unknown) => {
    const { code = "none" } = error as NodeJS.ErrnoException;
    const found = code === "ENOENT" ? "none of that name" : code === "EISDIR" ? "a folder" : code;
    throw new UserError(`Cannot read ${path}: expected a file, found ${found}`);
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

function tableOfText(text: string, options: Omit<CsvTableOptions, "separator">): ScoreTable {
  const { file, holds, header } = options;
  const separator = csvSeparator(text, { holds });
  const lines = linesOf(text, { separator, file });
  const table = readCsvTable(lines, { ...options, separator });
  if (separator === ",") return table;
  const between = separator === ";" ? "semicolons" : "tabs";
  const read = noticed(table, `The values of ${file} are read as separated by ${between}.`);
  if (separator !== ";" || holds !== "truth" || header === true || !mayBeSets(lines)) return read;
  const sets = readCsvTable(linesOf(text, { separator: ",", file }), { ...options, separator: "," });
  return { ...read, sets: noticed(sets, `The semicolons of ${file} are read as between the labels of a row.`) };
}

function noticed(table: ScoreTable, message: string): ScoreTable {
  return { ...table, notices: [{ code: "separator", message }, ...(table.notices ?? [])] };
}

/** Lines with their numbers, empty ones too: which of them are rows is the table's to say. */
function linesOf(
  text: string,
  { separator, file }: { readonly separator: CsvSeparator; readonly file: string },
): CsvLine[] {
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
