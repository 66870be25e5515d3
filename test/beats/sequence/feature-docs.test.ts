import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { sequenceFeatures } from "../../../src/beats/index.ts";

test("docs/beat-features.md has every feature with its unit and meaning", () => {
  const text = readFileSync(new URL("../../../docs/beat-features.md", import.meta.url), "utf8");
  const none = { times: new Float64Array(0), sampleRate: 180, length: 149, before: 65, leadNames: ["II"] };
  const columns = sequenceFeatures({ ...none, leads: [new Float32Array(0)] });
  const wanted = columns
    .filter(({ name }) => !name.startsWith("lead2."))
    .map(({ name, unit, meaning }) => `| \`${name}\` | ${unit} | ${meaning} |`);
  expect(text.split("\n").filter((line) => line.startsWith("| `"))).toEqual(wanted);
});
