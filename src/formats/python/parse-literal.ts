import { type ErrorPlace, FormatError } from "../../core/errors.ts";
import { quote } from "../wfdb/text.ts";

/** A Python literal: None, True, a number, a string, a list or tuple, or a dict with strings for keys. */
export type PythonValue = null | boolean | number | string | readonly PythonValue[] | PythonDict;
export type PythonDict = ReadonlyMap<string, PythonValue>;

export interface ParseLiteralOptions {
  /** What the literal is, for messages: `the NPY header`. */
  readonly what: string;
  readonly place?: ErrorPlace;
}

/**
 * Parses a Python literal as `ast.literal_eval` does, the kinds above only: NPY headers are written so, and PTB-XL's `scp_codes`.
 * @throws FormatError for anything else, naming the character.
 */
export function parsePythonLiteral(text: string, { what, place = {} }: ParseLiteralOptions): PythonValue {
  const cursor: Cursor = {
    text,
    at: 0,
    depth: 0,
    fail: (wanted, at) => {
      const found = at >= text.length ? "the end" : quote(text.slice(at, at + 20));
      return new FormatError(`Cannot read ${what}: expected ${wanted} at character ${at + 1}, found ${found}`, place);
    },
  };
  const value = parseValue(cursor);
  if (skipSpace(cursor) < text.length) throw cursor.fail("the end", cursor.at);
  return value;
}

export function isPythonDict(value: PythonValue): value is PythonDict {
  return value instanceof Map;
}

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  readonly fail: (wanted: string, at: number) => FormatError;
}

const words: ReadonlyMap<string, null | boolean> = new Map([
  ["None", null],
  ["True", true],
  ["False", false],
]);
const escapes: Readonly<Record<string, string>> = { "\\": "\\", "'": "'", '"': '"', n: "\n", t: "\t", r: "\r" };
const maxDepth = 32;

function parseValue(cursor: Cursor): PythonValue {
  const { text } = cursor;
  const start = skipSpace(cursor);
  if (++cursor.depth > maxDepth) throw cursor.fail(`at most ${maxDepth} levels`, start);
  const value = parseByFirst(cursor, text[start]);
  cursor.depth--;
  return value;
}

function parseByFirst(cursor: Cursor, first: string | undefined): PythonValue {
  if (first === "{") return parseDict(cursor);
  if (first === "[") return parseItems(cursor, "]");
  if (first === "(") return parseItems(cursor, ")");
  if (first === "'" || first === '"') return parseString(cursor, first);
  return parseScalar(cursor);
}

function parseDict(cursor: Cursor): PythonDict {
  const dict = new Map<string, PythonValue>();
  cursor.at++;
  while (!take(cursor, "}")) {
    const start = skipSpace(cursor);
    const quoteMark = cursor.text[start];
    if (quoteMark !== "'" && quoteMark !== '"') throw cursor.fail("a key in quotes", start);
    const key = parseString(cursor, quoteMark);
    if (dict.has(key)) throw cursor.fail("each key once", start);
    if (!take(cursor, ":")) throw cursor.fail('":"', cursor.at);
    dict.set(key, parseValue(cursor));
    if (!take(cursor, ",") && cursor.text[cursor.at] !== "}") throw cursor.fail('"," or "}"', cursor.at);
  }
  return dict;
}

function parseItems(cursor: Cursor, close: "]" | ")"): readonly PythonValue[] | PythonValue {
  const items: PythonValue[] = [];
  let commas = 0;
  cursor.at++;
  while (!take(cursor, close)) {
    items.push(parseValue(cursor));
    if (take(cursor, ",")) commas++;
    else if (cursor.text[cursor.at] !== close) throw cursor.fail(`"," or "${close}"`, cursor.at);
  }
  // `(3)` is the number, `(3,)` the tuple.
  return close === ")" && items.length === 1 && commas === 0 ? items[0]! : items;
}

function parseString(cursor: Cursor, quoteMark: string): string {
  const { text } = cursor;
  const start = cursor.at++;
  let value = "";
  for (;;) {
    const character = text[cursor.at++];
    if (character === undefined || character === "\n") throw cursor.fail("a closed string", start);
    if (character === quoteMark) return value;
    if (character !== "\\") {
      value += character;
      continue;
    }
    const hexadecimal = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(text.slice(cursor.at, cursor.at + 5));
    const simple = escapes[text[cursor.at] ?? ""];
    if (hexadecimal === null && simple === undefined) throw cursor.fail("a known escape", cursor.at - 1);
    value += simple ?? String.fromCharCode(parseInt((hexadecimal![1] ?? hexadecimal![2])!, 16));
    cursor.at += hexadecimal === null ? 1 : hexadecimal[0].length;
  }
}

const scalarPattern = /[-+\w.]+/y;
const numberPattern = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

function parseScalar(cursor: Cursor): null | boolean | number {
  scalarPattern.lastIndex = cursor.at;
  const token = scalarPattern.exec(cursor.text)?.[0] ?? "";
  const word = words.get(token);
  const value = word === undefined && numberPattern.test(token) ? Number(token) : word;
  if (value === undefined) throw cursor.fail("a value", cursor.at);
  cursor.at += token.length;
  return value;
}

function skipSpace(cursor: Cursor): number {
  while (/\s/.test(cursor.text[cursor.at] ?? "")) cursor.at++;
  return cursor.at;
}

function take(cursor: Cursor, character: string): boolean {
  if (cursor.text[skipSpace(cursor)] !== character) return false;
  cursor.at++;
  return true;
}
