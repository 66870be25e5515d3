import { createHash } from "node:crypto";
import { classesOf } from "../../datasets/index.ts";
import type { ExampleSet } from "./example-set.node.ts";

/**
 * Which examples there are and what they are labelled, as SHA-256 in hexadecimal; of their signals it says nothing. A model's card has
 * that of its own, since a stratified split of other examples parts them otherwise.
 */
export function exampleDigest(examples: ExampleSet): string {
  const { unit, classes, records, size, recordOf, positions } = examples;
  const hash = createHash("sha256");
  hash.update(JSON.stringify([unit, classes, records.map(({ id, patientId, fold }) => [id, patientId, fold])]));
  for (let row = 0; row < size; row++) {
    hash.update(`${recordOf[row]!},${positions[row]!},${classesOf(examples, row).join("+")};`);
  }
  return hash.digest("hex");
}
