// Cross-validates a beat-sequence recipe on its training records, by the built package: what its choices rest on. Test
// records are not read. Also scores the left out patients' recordings with ectopic majorities, the stress set.
// Command: node tools/cross-validate-sequence.js RECIPE.json --data DIR [--set sequence.members=1 …] [--out DIR]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { changeValue } from "../dist/core/change-value.js";
import { locateDataset } from "../dist/datasets/index.js";
import { bootstrapMetrics, classificationMetrics, confusionMatrix } from "../dist/evaluate/index.js";
import * as train from "../dist/train/index.node.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string" },
    out: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
  },
});
let json = JSON.parse(readFileSync(positionals[0], "utf8"));
for (const change of values.set) json = changeValue(json, change, { what: "the recipe" });
const recipe = train.sequenceRecipeSchema.parse(json);
const { classes } = recipe.beats;
const dataset = await locateDataset(recipe.dataset.name, {
  dataDirectory: values.data,
  env: process.env,
  home: homedir(),
});
const started = performance.now();
const out = values.out ?? ".";
mkdirSync(out, { recursive: true });

async function* open(names) {
  for (const name of names) yield await dataset.open(name);
}

const run = {
  createReplicas: (options) => train.createDeviceReplicas("cpu", options),
  now: () => performance.now(),
  onNet: ({ name, seconds }) => console.error(`${name}: ${seconds.toFixed(0)} s`),
};

/** One line of a table: what a table of predictions comes to. */
function report(name, table, { seed }) {
  const confusion = confusionMatrix(table.truth, table.predicted, classes.length);
  const metrics = classificationMetrics(confusion, { classes });
  const { intervals } = bootstrapMetrics({ ...table, groups: table.records, classes, seed });
  const percent = (value) => (value === undefined ? "–" : (100 * value).toFixed(1));
  const perClass = classes.map((label) => {
    const { sensitivity, positivePredictivity, f1 } = metrics.classes[label];
    const { low, high } = intervals[`classes.${label}.f1`];
    return `${label} ${percent(sensitivity)}/${percent(positivePredictivity)}/${f1?.toFixed(3)} (${low?.toFixed(3)}–${high?.toFixed(3)})`;
  });
  console.log(`| ${name} | ${percent(metrics.accuracy)} | ${perClass.join(" | ")} | ${metrics.macroF1?.toFixed(3)} |`);
  return { name, confusion: Array.from(confusion, (row) => Array.from(row)), metrics, intervals };
}

const results = [];
const training = await train.readSequences(open(recipe.split.train), { recipe, variants: true });
for (const seed of recipe.seeds) {
  const scored = await train.crossValidate(training, { ...run, recipe, seed });
  for (const variant of ["whole", ...Object.keys(recipe.sequence.variants.majorities)]) {
    const name = variant === "whole" ? "left out" : `majority ${variant}`;
    const table = train.predictionTable(scored, { classes, variant });
    results.push(report(`seed ${seed}, ${name}`, table, { seed }));
    const file = join(out, `left-out-${variant}-seed-${seed}.csv`);
    writeFileSync(file, train.predictionsToCsv({ ...table, labelling: "one" }));
  }
}
const seconds = (performance.now() - started) / 1000;
const peakMemoryMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(`${seconds.toFixed(0)} s, ${peakMemoryMegabytes} MB`);
writeFileSync(
  join(out, "results.json"),
  `${JSON.stringify({ recipe, results, seconds, peakMemoryMegabytes }, undefined, 1)}\n`,
);
