// The whole of MIT-BIH: read (signals, checksums, annotations), denoise one lead, cut all beats. In a process of its own,
// so that the peak memory is this work's. Prints one JSON document.
import { readFileSync } from "node:fs";

import { collectBeats } from "../dist/beats/index.js";
import { parseRecipe } from "../dist/train/index.js";
import { locateMitdb } from "./locate-mitdb.js";

const file = new URL("../recipes/mitdb-multibranch-5class-5fold.json", import.meta.url);
const { beats } = parseRecipe(readFileSync(file, "utf8"), { file: "recipe" });
const dataset = await locateMitdb();

const start = performance.now();
async function* recordings() {
  for (const name of dataset.recordNames) yield await dataset.open(name);
}
// All 48 records: 102 and 104 have no MLII, their V5 is taken.
const preprocessing = { ...beats.preprocessing, leads: ["MLII", "V5"] };
const set = await collectBeats(recordings(), { ...beats, preprocessing });
console.log(
  JSON.stringify({
    records: set.records.length,
    beats: set.size,
    seconds: (performance.now() - start) / 1000,
    peakMemoryMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
