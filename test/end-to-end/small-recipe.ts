import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runCli } from "../../src/cli/run-cli.ts";

/** Six virtual patients for a minute each and a net that trains in a moment. */
export const smallRecipe = {
  name: "small",
  title: "A small recipe",
  description: "For tests.",
  dataset: { name: "synthetic", options: { patients: 6, seconds: 60, seed: 3 } },
  beats: {
    classMap: "literature",
    classes: ["N", "S", "V"],
    preprocessing: {
      sampleRate: 360,
      leads: ["MLII"],
      recording: [{ step: "waveletDenoise", wavelet: "db6", levels: 9, dropApproximation: true, dropDetails: [1, 2] }],
      window: { before: 144, after: 180 },
      beat: [{ step: "resampleLength", length: 125 }],
    },
  },
  split: {
    kind: "patients",
    name: "small lists",
    train: ["syn001", "syn002", "syn003", "syn004"],
    test: ["syn005", "syn006"],
    validation: 0.25,
    seed: 1,
    subsets: [{ without: ["syn006"], reason: "To have one." }],
  },
  model: { name: "multi-branch-cnn", settings: { filters: [4, 4], dense: [16], dropout: 0.2 } },
  training: { epochs: 4, batch: 32, replicas: 2, optimizer: { name: "adam" }, learningRate: 0.002, monitor: "loss" },
  seed: 1,
  expected: [{ metric: "accuracy", value: 0.9, tolerance: 1, source: "a guess" }],
};

/** A new folder with the recipe in it. */
export async function recipeFolder(changes: Record<string, unknown> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "einthoven-run-"));
  await writeFile(join(directory, "small.json"), JSON.stringify({ ...smallRecipe, ...changes }));
  return directory;
}

/** Runs the program in this process. */
export async function einthoven(argv: readonly string[], cwd: string, signal?: AbortSignal) {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (list: string[]) => ({ write: (text: string) => list.push(text) });
  const code = await runCli(argv, {
    stdout: sink(out),
    stderr: sink(err),
    cwd,
    env: {},
    home: cwd,
    ...(signal === undefined ? {} : { signal }),
  });
  return { code, stdout: out.join(""), stderr: err.join("") };
}
