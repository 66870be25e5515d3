// Cross-validates a beat-sequence recipe on its training records, or trains and tests it, from the built package.
// Commands: node tools/beat-sequence/run.js RECIPE.json --data DIR [--set sequence.members=1 …] [--out DIR]
//           the same with --test: trains on all training records and scores the test records, once for each seed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { writeBundle } from "../../dist/bundle/index.js";
import { software } from "../../dist/cli/software.js";
import { changeValue } from "../../dist/core/change-value.js";
import { datasetEntry, locateDataset } from "../../dist/datasets/index.js";
import { bootstrapMetrics, classificationMetrics, confusionMatrix } from "../../dist/evaluate/index.js";
import * as train from "../../dist/train/index.node.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string" },
    out: { type: "string" },
    test: { type: "boolean", default: false },
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

const read = (names, variants) => train.readSequences(open(names), { recipe, variants });
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

const without = (table, ids) => {
  const kept = table.records.flatMap((id, i) => (ids.includes(id) ? [] : [i]));
  const pick = (list) => kept.map((i) => list[i]);
  return { ...table, records: pick(table.records), truth: pick(table.truth), predicted: pick(table.predicted) };
};

const results = [];
const training = await read(recipe.split.train, true);
if (values.test) {
  const test = await read(recipe.split.test, false);
  for (const seed of recipe.seeds) {
    const scored = await train.trainMembers({ ...run, recipe, train: training, test, seed, name: `seed ${seed}` });
    const table = train.predictionTable(scored, { classes, variant: "whole" });
    results.push(report(`seed ${seed}`, table, { seed }));
    for (const { without: ids } of recipe.split.subsets)
      results.push(report(`seed ${seed} without ${ids.join(", ")}`, without(table, ids), { seed }));
    writeFileSync(join(out, `predictions-seed-${seed}.csv`), train.predictionsToCsv({ ...table, labelling: "one" }));
    const onnx = train.encodeSequenceModel({
      members: scored.members.map(({ weights }) => weights),
      settings: recipe.model.settings,
      features: test[0].featureNames.length,
      length: recipe.beats.preprocessing.chunk.length,
      classCount: classes.length,
    });
    const card = train.sequenceCard({
      recipe,
      entry: datasetEntry(recipe.dataset.name),
      scored,
      table,
      trainBeats: training
        .filter(({ variant }) => variant === "whole")
        .reduce((sum, { labels }) => sum + labels.filter((label) => label !== train.noClass).length, 0),
      seed,
      software: await software(),
    });
    writeFileSync(join(out, `model-seed-${seed}.onnx`), writeBundle(onnx, card));
  }
} else {
  for (const seed of recipe.seeds) {
    const scored = await train.crossValidate(training, { ...run, recipe, seed });
    for (const variant of ["whole", ...Object.keys(recipe.sequence.variants.majorities)]) {
      const name = variant === "whole" ? "left out" : `majority ${variant}`;
      const table = train.predictionTable(scored, { classes, variant });
      results.push(report(`seed ${seed}, ${name}`, table, { seed }));
      writeFileSync(
        join(out, `left-out-${variant}-seed-${seed}.csv`),
        train.predictionsToCsv({ ...table, labelling: "one" }),
      );
    }
  }
}
const seconds = (performance.now() - started) / 1000;
const peakMemoryMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(`${seconds.toFixed(0)} s, ${peakMemoryMegabytes} MB`);
writeFileSync(
  join(out, "results.json"),
  `${JSON.stringify({ recipe, results, seconds, peakMemoryMegabytes }, undefined, 1)}\n`,
);
