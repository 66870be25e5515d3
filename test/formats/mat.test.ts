import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { FormatError } from "../../src/core/errors.ts";
import { createRandom } from "../../src/core/random.ts";
import { type MatValue, parseMat } from "../../src/formats/index.ts";

/** By tools/golden/mat.py. */
const files = JSON.parse(readFileSync(new URL("../golden/mat/cases.json", import.meta.url), "utf8")) as Record<
  string,
  string
>;
const bytesOf = (name: string) => new Uint8Array(Buffer.from(files[name]!, "base64"));

/** Shape and values of a numeric variable. */
function numbers(value: MatValue | undefined) {
  if (value?.kind !== "numbers") throw new Error(`expected numbers, found ${value?.kind}`);
  return { shape: value.shape, values: [...value.values] };
}

describe("parseMat", () => {
  it.each(["ecg", "ecg compressed"])("reads the structure of CPSC 2018: %s", async (name) => {
    const ecg = (await parseMat(bytesOf(name))).get("ECG");
    if (ecg?.kind !== "struct") throw new Error("expected a structure");
    const [fields] = ecg.elements;
    expect(ecg.elements).toHaveLength(1);
    expect(fields!.get("sex")).toMatchObject({ kind: "text", rows: ["Female"] });
    expect(numbers(fields!.get("age")).values).toEqual([63]);
    const { shape, values } = numbers(fields!.get("data"));
    expect(shape).toEqual([12, 5]);
    // Row 3, column 2, where rows are the fastest.
    expect(values[2 * 12 + 3]).toBe((3 * 5 + 2) / 8 - 3);
  });

  it.each(["numbers", "numbers compressed"])("reads every storage: %s", async (name) => {
    const variables = await parseMat(bytesOf(name));
    const values = (variable: string) => numbers(variables.get(variable)).values;
    expect(values("i1")).toEqual([-128, 127]);
    expect(values("u1")).toEqual([0, 255]);
    expect(values("i2")).toEqual([-32768, 32767]);
    expect(values("u2")).toEqual([65535]);
    expect(values("i4")).toEqual([-(2 ** 31), 2 ** 31 - 1]);
    expect(values("u4")).toEqual([2 ** 32 - 1]);
    expect(values("i8")).toEqual([-(2 ** 53)]);
    expect(values("u8")).toEqual([2 ** 53]);
    expect(values("f4")).toEqual([0.5, NaN]);
    expect(values("f8")).toEqual([1e300, -Infinity]);
    expect(values("flag")).toEqual([1, 0]);
    expect(numbers(variables.get("none"))).toEqual({ shape: [0, 3], values: [] });
    const three = numbers(variables.get("three"));
    expect(three.shape).toEqual([2, 3, 4]);
    expect(three.values.slice(0, 4)).toEqual([0, 12, 4, 16]);
  });

  it.each(["others", "others compressed"])(
    "reads text, cells and structures, and names what it does not read: %s",
    async (name) => {
      const variables = await parseMat(bytesOf(name));
      expect(variables.get("text")).toMatchObject({ kind: "text", rows: ["naïve"] });
      expect(variables.get("rows")).toMatchObject({ kind: "text", rows: ["abc", "def"] });
      const cell = variables.get("cell");
      expect(cell).toMatchObject({ kind: "cell", elements: [{ kind: "numbers" }, { kind: "text", rows: ["x"] }] });
      const list = variables.get("list");
      expect(list?.kind === "struct" && list.elements.length).toBe(2);
      expect(variables.get("z")).toEqual({ kind: "unsupported", what: "a complex matrix" });
      expect(variables.get("sparse")).toEqual({ kind: "unsupported", what: "a sparse matrix" });
    },
  );

  it("reads level 4, in both byte orders", async () => {
    const variables = await parseMat(bytesOf("level 4"));
    expect(numbers(variables.get("val"))).toEqual({ shape: [2, 3], values: [1, 4, -2, 5, 300, -32768] });
    expect(numbers(variables.get("x")).values).toEqual([0.25, 1e10]);
    expect(variables.get("t")).toMatchObject({ kind: "text", rows: ["hello"] });
    const big = new Uint8Array(20 + 2 + 4);
    const view = new DataView(big.buffer);
    [1030, 1, 2, 0, 2].forEach((field, i) => view.setInt32(4 * i, field));
    big.set([0x78, 0], 20);
    view.setInt16(22, -5);
    view.setInt16(24, 700);
    expect(numbers((await parseMat(big)).get("x"))).toEqual({ shape: [1, 2], values: [-5, 700] });
  });

  it("refuses cut files, or reads whole variables", async () => {
    for (const name of Object.keys(files)) {
      const bytes = bytesOf(name);
      const step = Math.max(1, Math.floor(bytes.length / 40));
      for (let length = 0; length < bytes.length; length += step) {
        const variables = await parseMat(bytes.subarray(0, length)).catch((error: unknown) => {
          expect(error, `${name}, ${length} bytes`).toBeInstanceOf(FormatError);
          return undefined;
        });
        const whole = await parseMat(bytes);
        for (const [variable, value] of variables ?? []) expect(value).toEqual(whole.get(variable));
      }
    }
  });

  it("survives damaged bytes with values or a FormatError", async () => {
    const random = createRandom("mat");
    for (const name of Object.keys(files)) {
      for (let time = 0; time < 25; time++) {
        const bytes = bytesOf(name);
        for (let i = 0; i < 3; i++) bytes[random.integer(bytes.length)] = random.integer(256);
        await parseMat(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(FormatError));
      }
    }
  });

  it("says what it does not know", async () => {
    await expect(parseMat(new TextEncoder().encode("not MATLAB"))).rejects.toThrow("a MATLAB file of level 4 or 5");
    const hdf5 = new Uint8Array(600);
    hdf5.set([0, 2, 0x49, 0x4d], 124);
    await expect(parseMat(hdf5)).rejects.toThrow("version 7.3 is HDF5");
    const plain = new Uint8Array(608);
    plain.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
    await expect(parseMat(plain)).rejects.toThrow("(version 7.3 is HDF5: save with -v7), found HDF5");
  });

  it("does not inflate further than the element says", async () => {
    const bytes = bytesOf("ecg compressed");
    const zeros = new Blob([new Uint8Array(2 ** 22)]).stream().pipeThrough(new CompressionStream("deflate"));
    const bomb = new Uint8Array(await new Response(zeros).arrayBuffer());
    const file = new Uint8Array(136 + bomb.length);
    file.set(bytes.subarray(0, 128));
    new DataView(file.buffer).setUint32(128, 15, true);
    new DataView(file.buffer).setUint32(132, bomb.length, true);
    file.set(bomb, 136);
    await expect(parseMat(file)).rejects.toThrow("expected at most 8 inflated bytes, found more");
  });
});
