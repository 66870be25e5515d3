import { basename, dirname, join, relative, resolve } from "node:path";

import { writeFileWhole } from "../../core/write-file.node.ts";
import { synthesiseRecording, writeSyntheticDataset } from "../../datasets/index.ts";
import { renderReportText } from "../../evaluate/index.ts";
import { encodeWfdb } from "../../formats/index.ts";
import { classifyBeats } from "../classify-recording.ts";
import { defineCommand, option } from "../command.ts";
import { deviceOption } from "../device-option.ts";
import { executeRecipe } from "../execute-recipe.ts";
import { loadTrainedRecipe } from "../load-recipe.ts";
import { openModel } from "../open-model.ts";
import { openRecording } from "../open-recording.ts";
import { reportJson } from "../report-json.ts";

export const demoCommand = defineCommand({
  description:
    "The whole path on virtual patients, with nothing to download: writes their recordings as WFDB, reads them, trains the multi-branch " +
    "CNN, measures it, writes a report and a model file, and classifies a new patient's recording with that file.",
  arguments: {},
  options: { out: option.text("--out <dir>", "where to write (default: runs/demo)"), device: deviceOption },
  examples: [{ command: "demo", does: "everything in about a minute" }],
  run: async ({ out, device }, context) => {
    const directory = resolve(context.cwd, out ?? join("runs", "demo"));
    const data = join(directory, "data", "synthetic");
    const shown = (path: string) => relative(context.cwd, path) || ".";
    const { recipe } = await loadTrainedRecipe("synthetic-multibranch", { cwd: context.cwd, changes: [] });

    context.note("1. Virtual patients write their recordings.");
    const dataset = await writeSyntheticDataset(data, recipe.dataset.options);
    context.note(`   ${dataset.recordNames.length} recordings as WFDB in ${shown(data)}`);

    context.note("2. Read, cut into beats, train, choose the epoch on validation beats, test once.");
    const runDirectory = join(directory, "run");
    // A demo that was here before, or was stopped, is gone on with: it is the same each time.
    const report = await executeRecipe(recipe, { directory: runDirectory, resume: true, dataset, device }, context);

    context.note("3. Classify a new patient's recording with the model file alone.");
    const model = join(runDirectory, "model.onnx");
    const newPatient = join(directory, "data", "new-patient");
    await writeNewPatient(newPatient, recipe.dataset.options);
    const predictor = await openModel(model, { cwd: context.cwd, device });
    const recording = await openRecording(newPatient, context);
    const classified = await classifyBeats.classify(predictor, recording, { source: "detected" });
    await predictor.close();

    const { beats: _beats, ...summary } = classified;
    context.result({
      json: { report: reportJson(report), classified: summary, files: { data, newPatient, run: runDirectory, model } },
      text: () =>
        [
          renderReportText(report, { width: Math.min(context.columns, 120), colour: context.colour }),
          "",
          `New patient: ${classified.beats.length} beats found and classified: ` +
            Object.entries(classified.counts)
              .map(([label, count]) => `${label} ${count}`)
              .join(", "),
          `Report  ${shown(join(runDirectory, "report.html"))}`,
          `Model   ${shown(model)}`,
          `Next    npx einthoven classify ${shown(newPatient)} --model ${shown(model)}`,
        ].join("\n"),
    });
  },
});

/** A patient beyond those of the dataset, as WFDB files at `path`. */
async function writeNewPatient(path: string, options: Readonly<Record<string, unknown>>): Promise<void> {
  const { patients, seconds, seed } = options as { patients: number; seconds: number; seed: number };
  const recording = synthesiseRecording({ seed, seconds, patient: patients + 1, format: 212 });
  const name = basename(path);
  for (const [file, bytes] of encodeWfdb(recording, { format: 212, annotator: "atr", name })) {
    await writeFileWhole(join(dirname(path), file), bytes);
  }
}
