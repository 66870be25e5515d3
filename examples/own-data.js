// A dataset of one's own: recordings as NPY or CSV, a table of labels beside them. See docs/own-data.md.
//
//   node examples/own-data.js my-folder
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { locateDataset, synthesiseRecording } from "einthoven/datasets";
import { encodeCsv, encodeNpyRecording } from "einthoven/formats";

const directory = process.argv[2] ?? "my-folder";
mkdirSync(directory, { recursive: true });

// Stand-ins for your own recordings: ten virtual people, the even ones as CSV, the others as NPY.
const rows = ["record,label,patient,fold"];
for (let person = 1; person <= 10; person++) {
  const recording = synthesiseRecording({ patient: person, seconds: 10, sampleRate: 100, leads: ["I", "II", "V2"] });
  const record = `r${person}`;
  if (person % 2 === 0) writeFileSync(join(directory, `${record}.csv`), encodeCsv(recording));
  else writeFileSync(join(directory, `${record}.npy`), encodeNpyRecording(recording));
  const ectopic = recording.annotations.some(({ symbol }) => "VA".includes(symbol));
  rows.push(`${record},${ectopic ? "ectopic" : "regular"},person ${person},${1 + (person % 5)}`);
}
writeFileSync(join(directory, "labels.csv"), `${rows.join("\n")}\n`);

// What a recipe has as `"dataset": { "name": "folder", "options": { … } }`.
const options = { directory, sampleRate: 100, leads: ["I", "II", "V2"] };
const dataset = await locateDataset("folder", { env: {}, home: ".", options });
const { classes, of, folds, patients } = await dataset.labels();
const recording = await dataset.open("r1");
const leads = recording.leads.map(({ name }) => name).join(", ");
console.log(
  `${of.size} records of ${classes.join(" and ")}, ${new Set(patients.values()).size} people, folds ${[...new Set(folds.values())].sort().join(" ")}`,
);
console.log(`r1: ${recording.sampleCount} samples of ${leads} at ${recording.sampleRate} Hz`);
