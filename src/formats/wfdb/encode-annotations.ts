import { UserError } from "../../core/errors.ts";
import { definitionsEnd, definitionsStart, fieldCode, noteCode, timeResolutionPattern } from "./parse-annotations.ts";
import { firstCustomCode, lastCode, placeholderSymbol, wfdbSymbols } from "./symbols.ts";
import { quote } from "./text.ts";
import type { Annotation } from "../../core/recording.ts";
import type { CustomSymbol } from "./parse-annotations.ts";

export interface EncodeAnnotationsOptions {
  /**
   * Annotation types beyond the standard ones. A symbol that neither table has gets the next free code from 42 on and is
   * defined in the file with its symbol as description.
   */
  readonly customSymbols?: readonly CustomSymbol[];
  /** Ticks per second of the annotations' `sample`, stated in the file; needed only where it is not the record's rate. */
  readonly timeResolution?: number;
}

/**
 * Encodes annotations in MIT format (WFDB Applications Guide, annot(5)), in the order given.
 *
 * @throws UserError where a field is out of its range, or there are more symbols of one's own than codes.
 */
export function encodeWfdbAnnotations(
  annotations: readonly Annotation[],
  { customSymbols = [], timeResolution }: EncodeAnnotationsOptions = {},
): Uint8Array {
  const custom = allCustomSymbols(annotations, customSymbols);
  const codes = new Map<string, number>();
  for (let code = 1; code <= lastCode; code++) codes.set(placeholderSymbol(code), code);
  for (const { code, symbol } of [...wfdbSymbols, ...custom]) codes.set(symbol, code);
  const out: number[] = [];
  for (const note of headNotes(custom, timeResolution)) {
    out.push(0, noteCode << 2);
    pushAux(out, note);
  }
  let sample = 0;
  let channel = 0;
  let num = 0;
  for (const annotation of annotations) {
    checkFields(annotation);
    pushSkips(out, annotation.sample - sample, codes.get(annotation.symbol)!);
    if (annotation.subtype !== undefined && annotation.subtype !== 0) {
      out.push(annotation.subtype & 0xff, fieldCode.subtype << 2);
    }
    if ((annotation.channel ?? 0) !== channel) {
      channel = annotation.channel ?? 0;
      out.push(channel, fieldCode.channel << 2);
    }
    if ((annotation.num ?? 0) !== num) {
      num = annotation.num ?? 0;
      out.push(num & 0xff, fieldCode.num << 2);
    }
    if (annotation.aux !== undefined && annotation.aux !== "") pushAux(out, annotation.aux);
    sample = annotation.sample;
  }
  out.push(0, 0);
  return Uint8Array.from(out);
}

/** The symbols given, and codes for those that nothing defines. */
function allCustomSymbols(annotations: readonly Annotation[], given: readonly CustomSymbol[]): CustomSymbol[] {
  const all = [...given];
  for (const { code, symbol } of given) {
    if (!Number.isInteger(code) || code < 1 || code > lastCode || !/^\S+$/.test(symbol)) {
      throw new UserError(
        `Cannot write the annotation type ${quote(symbol)}: expected a code of 1 to ${lastCode} and a symbol without spaces, found ${code}`,
      );
    }
  }
  const known = new Set([...wfdbSymbols, ...given].map(({ symbol }) => symbol));
  for (let code = 1; code <= lastCode; code++) known.add(placeholderSymbol(code));
  const taken = new Set(given.map(({ code }) => code));
  for (const { symbol } of annotations) {
    const undefinedCode = /^\[(\d+)\]$/.exec(symbol)?.[1];
    if (undefinedCode !== undefined) taken.add(Number(undefinedCode));
  }
  for (const { symbol } of annotations) {
    if (known.has(symbol)) continue;
    let code = firstCustomCode;
    while (taken.has(code)) code++;
    if (code > lastCode || !/^\S+$/.test(symbol)) {
      throw new UserError(
        `Cannot write the annotation symbol ${quote(symbol)}: expected a standard one, or at most ${
          lastCode - firstCustomCode + 1
        } others without spaces`,
      );
    }
    all.push({ code, symbol, description: symbol });
    known.add(symbol);
    taken.add(code);
  }
  return all;
}

function headNotes(custom: readonly CustomSymbol[], timeResolution: number | undefined): string[] {
  const notes: string[] = [];
  if (timeResolution !== undefined) {
    if (!(timeResolution > 0 && timeResolution < Infinity)) {
      throw new UserError(`Cannot write annotations: expected a time resolution above 0, found ${timeResolution}`);
    }
    notes.push(`## time resolution: ${timeResolution}`);
  }
  if (custom.length > 0) {
    notes.push(definitionsStart);
    for (const { code, symbol, description } of custom) notes.push(`${code} ${symbol} ${description}`);
    notes.push(definitionsEnd);
  }
  return notes;
}

/** The largest step of one SKIP field. */
const maxSkip = 0x7fffffff;

/** The annotation's own word, after SKIP fields where the interval does not fit into its ten bits. */
function pushSkips(out: number[], interval: number, code: number): void {
  let rest = interval;
  while (rest < 0 || rest > 1023) {
    const step = Math.max(-maxSkip, Math.min(maxSkip, rest));
    out.push(0, fieldCode.skip << 2, (step >> 16) & 0xff, (step >> 24) & 0xff, step & 0xff, (step >> 8) & 0xff);
    rest -= step;
  }
  out.push(rest & 0xff, (code << 2) | (rest >> 8));
}

function pushAux(out: number[], text: string): void {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 255) {
    throw new UserError(
      `Cannot write the annotation text ${quote(text)}: expected at most 255 bytes, found ${bytes.length}`,
    );
  }
  out.push(bytes.length, fieldCode.aux << 2, ...bytes);
  if (bytes.length % 2 === 1) out.push(0);
}

function checkFields({ sample, symbol, subtype = 0, channel = 0, num = 0, aux = "" }: Annotation): void {
  const fields = [
    ["a sample number", sample, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ["a subtype", subtype, -128, 127],
    ["a channel", channel, 0, 255],
    ["a num field", num, -128, 127],
  ] as const;
  for (const [what, value, least, most] of fields) {
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new UserError(
        `Cannot write the annotation ${quote(symbol)} at sample ${sample}: expected ${what} of ${least} to ${most}, found ${value}`,
      );
    }
  }
  if (aux.endsWith("\0")) {
    throw new UserError(`Cannot write the annotation text ${quote(aux)}: expected text that does not end in NUL`);
  }
  if (sample === 0 && symbol === '"' && (aux === definitionsStart || timeResolutionPattern.test(aux))) {
    throw new UserError(`Cannot write the annotation text ${quote(aux)} at sample 0: the format reserves it`);
  }
}
