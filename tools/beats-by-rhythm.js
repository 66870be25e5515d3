// What a beat model calls the beats of recordings whose rhythm is known: CinC 2017's normal ones and those in atrial
// fibrillation, in which hardly a beat is ectopic. A stress set for models that were trained on MIT-BIH: beats are found
// by the program's own detector. By the built package.
// Command: node tools/beats-by-rhythm.js MODEL.onnx --data DIR [--every 5]
import { homedir } from "node:os";
import { parseArgs } from "node:util";

import { detectors } from "../dist/beats/index.js";
import { locateDataset } from "../dist/datasets/index.js";
import { openModelFile } from "../dist/runtime/index.node.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: "string" }, every: { type: "string", default: "5" } },
});
const every = Number(values.every);
if (positionals.length !== 1 || !Number.isInteger(every) || every < 1) {
  console.error("Usage: node tools/beats-by-rhythm.js MODEL.onnx --data DIR [--every 5]");
  process.exit(2);
}
const predictor = await openModelFile(positionals[0]);
const dataset = await locateDataset("cinc2017", { dataDirectory: values.data, env: process.env, home: homedir() });
const labels = await dataset.labels("rhythm");

console.log(`| label | recordings | beats | ${predictor.card.labels.map((label) => `${label} %`).join(" | ")} |`);
for (const rhythm of ["N", "A"]) {
  const names = dataset.recordNames.filter((name) => [labels.of.get(name)].flat().includes(rhythm));
  const counts = predictor.card.labels.map(() => 0);
  let recordings = 0;
  for (const name of names.filter((_, index) => index % every === 0)) {
    const recording = await dataset.open(name);
    const [lead] = recording.leads;
    const positions = detectors[0].detect(lead.samples, { sampleRate: lead.sampleRate });
    if (positions.length < 15) continue;
    recordings++;
    const { beats: found } = await predictor.predictBeats(recording, positions);
    for (const { label } of found) counts[predictor.card.labels.indexOf(label)]++;
  }
  const beats = counts.reduce((sum, count) => sum + count, 0);
  console.log(
    `| ${rhythm} | ${recordings} | ${beats} | ${counts.map((n) => ((100 * n) / beats).toFixed(2)).join(" | ")} |`,
  );
}
await predictor.close();
