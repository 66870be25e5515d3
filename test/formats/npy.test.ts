import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { FormatError, UserError } from "../../src/core/errors.ts";
import { encodeNpy, type NpyArray, npyNumbers, parseNpy } from "../../src/formats/index.ts";

interface Case {
  readonly base64: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly string[];
}

/** By tools/golden/npy.py. */
const cases = Object.entries(
  JSON.parse(readFileSync(new URL("../golden/npy/cases.json", import.meta.url), "utf8")) as Record<string, Case>,
);
const bytesOf = ({ base64 }: Case) => new Uint8Array(Buffer.from(base64, "base64"));

function valueOf(text: string): number | bigint {
  if (text === "True" || text === "False") return text === "True" ? 1 : 0;
  if (text === "inf" || text === "-inf") return text === "inf" ? Infinity : -Infinity;
  return Number(text);
}

const npy = (header: string, data: Uint8Array = new Uint8Array(0), version = 1) => {
  const text = new TextEncoder().encode(header);
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...new TextEncoder().encode("NUMPY"), version, 0, ...length, ...text, ...data]);
};

describe("parseNpy", () => {
  it.each(cases)("reads what NumPy wrote: %s", (_, one) => {
    const array = parseNpy(bytesOf(one));
    expect(array.shape).toEqual(one.shape);
    expect(array.dtype).toBe(one.dtype.slice(1) === "f2" ? "f4" : one.dtype.slice(1));
    const wanted = one.values.map((text) => (/i8|u8/.test(one.dtype) ? BigInt(text) : valueOf(text)));
    expect([...array.values]).toEqual(wanted);
  });

  it.each(cases)("reads what it wrote itself: %s", (_, one) => {
    const array = parseNpy(bytesOf(one));
    const bytes = encodeNpy(array);
    expect(parseNpy(bytes)).toEqual(array);
    const wasPlain = /^[<|](?!f2)/.test(one.dtype) && !/fortran|version/.test(_);
    if (wasPlain) expect(bytes).toEqual(bytesOf(one));
  });

  it("reads from the middle of a larger buffer", () => {
    const [, one] = cases.find(([name]) => name === "<f8")!;
    const bytes = bytesOf(one);
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    expect(parseNpy(larger.subarray(3, 3 + bytes.length))).toEqual(parseNpy(bytes));
    // A Buffer's slice is no copy.
    expect(parseNpy(Buffer.from(bytes))).toEqual(parseNpy(bytes));
  });

  it("refuses every cut file", () => {
    for (const [name, one] of cases) {
      const bytes = bytesOf(one);
      for (let length = 0; length < bytes.length; length += length < 12 ? 1 : 7) {
        expect(() => parseNpy(bytes.subarray(0, length)), `${name}, ${length} bytes`).toThrow(FormatError);
      }
    }
  });

  const dict = (descr: string, shape: string) => `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`;
  it.each<[string, Uint8Array]>([
    ["it to begin with \\x93NUMPY", new TextEncoder().encode("PK\x03\x04 a zip file, as .npz is")],
    ["version 1, 2 or 3, found 9", npy(dict("'<f4'", "()"), new Uint8Array(4), 9)],
    ['as its dtype, found "<c8"', npy(dict("'<c8'", "(1,)"), new Uint8Array(8))],
    ['as its dtype, found "|O"', npy(dict("'|O'", "(1,)"), new Uint8Array(8))],
    ['as its dtype, found "<U3"', npy(dict("'<U3'", "(1,)"), new Uint8Array(12))],
    ['as its dtype, found "<f9"', npy(dict("'<f9'", "(1,)"), new Uint8Array(9))],
    ['as its dtype, found "constructor"', npy(dict("'constructor'", "(1,)"))],
    ["one kind of number, found a structured type", npy(dict("[('a', '<f4')]", "(1,)"))],
    ["a shape of whole numbers", npy(dict("'<f4'", "(-1,)"))],
    ["a shape of whole numbers", npy(dict("'<f4'", "(1.5,)"))],
    ["a shape of whole numbers", npy(dict("'<f4'", "3"))],
    ["expected 8 bytes for shape (2) of <f4, found 9", npy(dict("'<f4'", "(2,)"), new Uint8Array(9))],
    ["bytes for shape (9007199254740991, 9007199254740991)", npy(dict("'<f4'", "(9007199254740991,9007199254740991)"))],
    ["a dict of descr, fortran_order, shape", npy("{'descr': '<f4', 'shape': (1,)}\n")],
    ["a dict of descr, fortran_order, shape", npy("[1]\n")],
    ["a value at character 11, found \"__import__('os')", npy("{'descr': __import__('os')}\n")],
    ["at most 32 levels", npy("[".repeat(5000))],
    ["a closed string", npy("{'descr")],
    ["each key once", npy("{'descr': 1, 'descr': 2}")],
    ["fortran_order to be True or False, found 1", npy("{'descr': '<f4', 'fortran_order': 1, 'shape': ()}")],
  ])("says what is wrong: %s", (message, bytes) => {
    expect(() => parseNpy(bytes, { name: "x.npy" })).toThrow(FormatError);
    expect(() => parseNpy(bytes, { name: "x.npy" })).toThrow(message);
  });
});

describe("encodeNpy", () => {
  it("refuses values that are not the shape's or the dtype's", () => {
    const wrong: readonly NpyArray[] = [
      { shape: [2], dtype: "f4", values: new Float32Array(3) },
      { shape: [2], dtype: "f4", values: new Float64Array(2) },
    ];
    for (const array of wrong) expect(() => encodeNpy(array)).toThrow(UserError);
  });
});

describe("npyNumbers", () => {
  it("gives numbers, and refuses integers that they can't hold", () => {
    const array = (value: bigint): NpyArray => ({ shape: [1], dtype: "i8", values: BigInt64Array.of(value) });
    expect([...npyNumbers(array(-5n))]).toEqual([-5]);
    expect(() => npyNumbers(array(2n ** 60n))).toThrow("within ±2^53, found 1152921504606846976 at 0");
  });
});
