import { FormatError } from "../../core/errors.ts";
import { firstCustomCode, lastCode, placeholderSymbol, wfdbSymbols } from "./symbols.ts";
import { decodeText, quote } from "./text.ts";
import type { Annotation } from "../../core/recording.ts";

/** An annotation type that a file defines for itself. */
export interface CustomSymbol {
  readonly code: number;
  readonly symbol: string;
  readonly description: string;
}

/** All that an annotation file says. */
export interface AnnotationFile {
  readonly annotations: readonly Annotation[];
  /** The file's own annotation types. */
  readonly customSymbols: readonly CustomSymbol[];
  /** Ticks per second of `Annotation.sample`, where the file states it. */
  readonly timeResolution?: number;
  /** Whether the end mark was found; without it the file may be cut. */
  readonly complete: boolean;
  /** Bytes after the end mark other than zeros. */
  readonly extraBytes: number;
}

export interface ParseAnnotationsOptions {
  /** The file's name, for messages. */
  readonly name: string;
}

/**
 * Parses an annotation file in MIT format (WFDB Applications Guide, annot(5)).
 *
 * @throws FormatError where the file is damaged, or ends without its end mark.
 */
export function parseWfdbAnnotations(bytes: Uint8Array, options: ParseAnnotationsOptions): Annotation[] {
  const { annotations, complete } = parseWfdbAnnotationFile(bytes, options);
  if (!complete) {
    throw new FormatError(
      "Cannot read the annotations: expected an end mark (two zero bytes), found the end of the file",
      {
        file: options.name,
        byte: bytes.length,
      },
    );
  }
  return [...annotations];
}

/** Codes of the pseudo-annotations that carry an annotation's further fields. */
export const fieldCode = { skip: 59, num: 60, subtype: 61, channel: 62, aux: 63 } as const;

/**
 * Parses an annotation file in MIT format with all that it says; a file that ends without its end mark, but between two
 * annotations, is accepted with `complete: false`.
 *
 * @throws FormatError naming file and byte.
 */
export function parseWfdbAnnotationFile(bytes: Uint8Array, { name: file }: ParseAnnotationsOptions): AnnotationFile {
  const { drafts, end } = readDrafts(bytes, file);
  const definitions = readDefinitions(drafts, file);
  const symbols = new Map<number, string>(wfdbSymbols.map(({ code, symbol }) => [code, symbol]));
  for (const { code, symbol } of definitions.customSymbols) symbols.set(code, symbol);
  const annotations = drafts
    .slice(definitions.used)
    .filter(({ code }) => code !== 0)
    .map((draft) => annotationOf(draft, symbols.get(draft.code) ?? placeholderSymbol(draft.code)));
  const extraBytes = end === undefined ? 0 : bytes.subarray(end).filter((byte) => byte !== 0).length;
  return {
    annotations,
    customSymbols: definitions.customSymbols,
    ...(definitions.timeResolution === undefined ? {} : { timeResolution: definitions.timeResolution }),
    complete: end !== undefined,
    extraBytes,
  };
}

/** An annotation as stored. */
interface Draft {
  readonly sample: number;
  readonly code: number;
  readonly byte: number;
  subtype: number;
  channel: number;
  num: number;
  aux: string;
}

/** The annotations up to the end mark, and the byte after it; `end` is absent where there is no end mark. */
function readDrafts(bytes: Uint8Array, file: string): { drafts: Draft[]; end?: number } {
  const drafts: Draft[] = [];
  let sample = 0;
  let current: Draft | undefined;
  let skipped = false;
  for (let at = 0; at < bytes.length;) {
    const start = at;
    const low = bytes[at]!;
    const high = bytes[at + 1];
    at += 2;
    if (high === undefined) throw cut(file, { at: start, wanted: 2, found: 1 });
    const code = high >> 2;
    if (low === 0 && high === 0 && !skipped) return { drafts, end: at };
    if (code === fieldCode.skip) {
      if (at + 4 > bytes.length) throw cut(file, { at: start, wanted: 6, found: bytes.length - start });
      // A 32-bit interval, its high half first, either half little-endian.
      sample += bytes[at + 2]! | (bytes[at + 3]! << 8) | (bytes[at]! << 16) | (bytes[at + 1]! << 24);
      at += 4;
      skipped = true;
    } else if (code <= lastCode) {
      sample += low | ((high & 3) << 8);
      // `num` and `channel` hold until the file changes them, `subtype` and `aux` for one annotation only.
      current = {
        sample,
        code,
        byte: start,
        subtype: 0,
        channel: current?.channel ?? 0,
        num: current?.num ?? 0,
        aux: "",
      };
      drafts.push(current);
      skipped = false;
    } else if (code < fieldCode.skip) {
      throw new FormatError(
        `Cannot read the annotations: expected an annotation code of 0 to ${lastCode} or 59 to 63, found ${code}`,
        { file, byte: start },
      );
    } else {
      if (current === undefined || skipped) {
        throw new FormatError(
          `Cannot read the annotations: expected an annotation, found a field (code ${code}) without one`,
          {
            file,
            byte: start,
          },
        );
      }
      if (code === fieldCode.num) current.num = (low << 24) >> 24;
      else if (code === fieldCode.subtype) current.subtype = (low << 24) >> 24;
      else if (code === fieldCode.channel) current.channel = low;
      else {
        const length = low + (low & 1);
        if (at + length > bytes.length) throw cut(file, { at: start, wanted: 2 + length, found: bytes.length - start });
        current.aux = decodeText(bytes.subarray(at, at + low)).replace(/\0+$/, "");
        at += length;
      }
    }
  }
  if (skipped) throw cut(file, { at: bytes.length, wanted: 2, found: 0 });
  return { drafts };
}

function cut(file: string, { at, wanted, found }: { at: number; wanted: number; found: number }): FormatError {
  return new FormatError(`Cannot read the annotations: expected ${wanted} bytes, found ${found}`, { file, byte: at });
}

export const noteCode = 22;
export const definitionsStart = "## annotation type definitions";
export const definitionsEnd = "## end of definitions";
export const timeResolutionPattern = /^## time resolution: (\S+)$/;
const customSymbolPattern = /^(\d+) (\S+)(?: (.*))?$/s;

/** The notes at the start of a file that state its time resolution and its own annotation types; `used` counts them. */
function readDefinitions(
  drafts: readonly Draft[],
  file: string,
): { customSymbols: CustomSymbol[]; timeResolution?: number; used: number } {
  const customSymbols: CustomSymbol[] = [];
  let timeResolution: number | undefined;
  let inDefinitions = false;
  let used = 0;
  for (const { sample, code, aux, byte } of drafts) {
    if (sample !== 0 || code !== noteCode) break;
    const resolution = timeResolutionPattern.exec(aux)?.[1];
    if (inDefinitions && aux !== definitionsEnd) customSymbols.push(parseCustomSymbol(aux, { file, byte }));
    else if (aux === definitionsStart || (inDefinitions && aux === definitionsEnd)) inDefinitions = !inDefinitions;
    else if (resolution !== undefined) {
      timeResolution = Number(resolution);
      if (!(timeResolution > 0 && timeResolution < Infinity)) {
        throw new FormatError(
          `Cannot read the annotations: expected a time resolution above 0, found ${quote(resolution)}`,
          { file, byte },
        );
      }
    } else break;
    used++;
  }
  if (inDefinitions) {
    throw new FormatError(
      `Cannot read the annotations: expected ${quote(definitionsEnd)} after the definitions, found none`,
      {
        file,
      },
    );
  }
  return { customSymbols, ...(timeResolution === undefined ? {} : { timeResolution }), used };
}

function parseCustomSymbol(text: string, place: { file: string; byte: number }): CustomSymbol {
  const found = customSymbolPattern.exec(text);
  const code = Number(found?.[1]);
  if (found === null || !(code >= 1 && code <= lastCode)) {
    throw new FormatError(
      `Cannot read the annotations: expected a definition such as "${firstCustomCode} d description", found ${quote(text)}`,
      place,
    );
  }
  return { code, symbol: found[2]!, description: found[3] ?? "" };
}

function annotationOf({ sample, subtype, channel, num, aux }: Draft, symbol: string): Annotation {
  return {
    sample,
    symbol,
    ...(subtype === 0 ? {} : { subtype }),
    ...(channel === 0 ? {} : { channel }),
    ...(num === 0 ? {} : { num }),
    ...(aux === "" ? {} : { aux }),
  };
}
