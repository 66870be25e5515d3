import { describe, expect, it } from "vitest";

import { cardKey, decideClasses, readCard, writeBundle } from "../../src/bundle/index.ts";
import { encodeOnnx, input, readOnnxMetadata, relu, writeOnnxMetadata } from "../../src/tensor/index.ts";
import { smallCard } from "./small-card.ts";

const onnx = encodeOnnx({ outputs: { y: relu(input("x", [2])) }, metadata: { author: "somebody" } });
const bundle = writeBundle(onnx, smallCard);
const file = { file: "m.onnx" };

describe("bundle", () => {
  it("gives the card back, and leaves what else the file holds", () => {
    expect(readCard(bundle, file)).toEqual(smallCard);
    expect(readOnnxMetadata(bundle)["author"]).toBe("somebody");
  });

  it("replaces a card", () => {
    const renamed = writeBundle(bundle, { ...smallCard, name: "other" });
    expect(readCard(renamed, file).name).toBe("other");
    expect(renamed.length).toBeLessThan(bundle.length + 20);
  });

  it("refuses to write a card that does not fit", () => {
    expect(() => writeBundle(onnx, { ...smallCard, labels: ["N"] })).toThrow(/labels/);
  });

  it.each([
    ["no card", onnx, /expected a card in metadata_props\["einthoven.card"\], found none\. \(m\.onnx\)/],
    ["no JSON", writeOnnxMetadata(onnx, { [cardKey]: "{" }), /expected a card in JSON, found .*\(m\.onnx\)/],
    ["another schema", writeOnnxMetadata(onnx, { [cardKey]: '{"schema":"x"}' }), /does not fit the schema/],
    ["no ONNX", new TextEncoder().encode("hello"), /Cannot .*\(m\.onnx\)/],
    ["an empty file", new Uint8Array(0), /Cannot .*\(m\.onnx\)/],
  ])("refuses a file with %s", (_, bytes, message) => {
    expect(() => readCard(bytes, file)).toThrow(message);
  });

  it("refuses a cut file at every boundary, or reads the same card", () => {
    for (let length = 0; length < bundle.length; length += 7) {
      try {
        expect(readCard(bundle.subarray(0, length), file)).toEqual(smallCard);
      } catch (error) {
        expect((error as Error).name).toBe("FormatError");
      }
    }
  });
});

describe("cards of earlier versions", () => {
  it("of version 1 are read as what they say now", () => {
    const old = writeOnnxMetadata(onnx, { [cardKey]: JSON.stringify({ ...smallCard, schema: "einthoven-card/1" }) });
    expect(readCard(old, file)).toEqual(smallCard);
  });

  it("of a later version are refused", () => {
    const later = writeOnnxMetadata(onnx, { [cardKey]: JSON.stringify({ ...smallCard, schema: "einthoven-card/9" }) });
    expect(() => readCard(later, file)).toThrow(/does not fit the schema/);
  });
});

describe("decideClasses", () => {
  it("takes the most likely class, or all above their thresholds, or the most likely where none is", () => {
    expect(decideClasses("most-likely", [0.2, 0.5, 0.5])).toEqual([1]);
    const decision = { thresholds: [0.1, 0.6, 0.5] };
    expect(decideClasses(decision, [0.2, 0.5, 0.7])).toEqual([0, 2]);
    expect(decideClasses(decision, [0.1, 0.6, 0.5])).toEqual([1]);
  });
});
