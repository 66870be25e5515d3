import { createRandom } from "../../src/core/random.ts";
import type { Recording } from "../../src/core/recording.ts";
import type { LocatedDataset, RecordLabels } from "../../src/datasets/index.ts";
import { type Recipe, recipeSchema } from "../../src/train/index.ts";

const rate = 50;
const classes = ["fast", "slow", "wide"] as const;

/** Classes of record i of the task "several": by its bits, at least one. */
const bitsOf = (i: number) => 1 + (i % 7);
const severalOf = (i: number) => classes.filter((_, bit) => (bitsOf(i) & (1 << bit)) !== 0);

function makeRecording(id: string, i: number): Recording {
  const random = createRandom(`small-recordings/${id}`);
  const length = 90 + random.integer(80);
  const has = new Set<string>(id.startsWith("one") ? [classes[i % 3]!] : severalOf(i));
  const phase = random.uniform();
  const wave = (t: number) =>
    (has.has("fast") ? Math.sin(2 * Math.PI * (9 * t + phase)) : 0) +
    (has.has("slow") ? Math.sin(2 * Math.PI * (2 * t + phase)) : 0);
  const lead = (name: string, values: (t: number) => number) => ({
    name,
    unit: "mV",
    sampleRate: rate,
    samples: Float32Array.from({ length }, (_, k) => values(k / rate) + 0.1 * random.normal()),
  });
  return {
    id,
    sampleRate: rate,
    sampleCount: length,
    leads: [lead("I", wave), lead("II", (t) => (has.has("wide") ? 1.5 : 0) - wave(t))],
    annotations: [],
    comments: [],
    notices: [],
  };
}

/**
 * Recordings of 1.8 to 3.4 s with two leads at 50 Hz, in which the classes are heard at once. Task "one" labels the first half of them, each
 * with one class; task "several" the others. Two recordings are of each person.
 */
export function smallRecordings({ size = 60 } = {}): LocatedDataset {
  const names = (prefix: string) => Array.from({ length: size }, (_, i) => `${prefix}${String(i).padStart(3, "0")}`);
  const recordNames = [...names("one"), ...names("sev")];
  const tasks = ["one", "several"];
  return {
    // The catalogue's name, for licence and citation.
    name: "synthetic",
    recordNames,
    open: async (name) => makeRecording(name, Number(name.slice(3))),
    labels: async (task = "one"): Promise<RecordLabels> => {
      if (!tasks.includes(task)) throw new Error(`Cannot find task ${task}.`);
      const own = recordNames.filter((name) => name.startsWith(task.slice(0, 3)));
      const of = (label: (i: number) => readonly string[]) => new Map(own.map((name, i) => [name, label(i)]));
      return {
        task,
        classes,
        kind: task === "one" ? "one" : "several",
        of: of((i) => (task === "one" ? [classes[i % 3]!] : severalOf(i))),
        folds: new Map(own.map((name, i) => [name, 1 + (Math.floor(i / 2) % 6)])),
        patients: new Map(own.map((name, i) => [name, `p${Math.floor(i / 2)}`])),
        notices: [{ code: "small", message: "These recordings are for tests." }],
      };
    },
  };
}

/** A recipe over {@link smallRecordings}. */
export function smallRecordingRecipe(changes: Record<string, unknown> = {}): Recipe {
  return recipeSchema.parse({
    name: "small-recordings",
    title: "Small recordings",
    description: "For tests.",
    dataset: { name: "synthetic" },
    recordings: { task: "one", preprocessing: { sampleRate: 50, leads: "all", window: { seconds: 1.28 } } },
    split: { kind: "stratified-folds", folds: 2, validation: 0.2, seed: 1, together: "patient" },
    model: { name: "multi-branch-cnn", settings: { filters: [6, 6], dense: [16] } },
    training: {
      epochs: 10,
      batch: 16,
      optimizer: { name: "adam" },
      learningRate: 0.005,
      windows: { stride: 20, aggregation: "mean" },
    },
    seed: 1,
    ...changes,
  });
}

/** {@link smallRecordingRecipe} for the task "several". */
export function smallSeveralRecipe(changes: Record<string, unknown> = {}): Recipe {
  const recipe = smallRecordingRecipe();
  return smallRecordingRecipe({
    recordings: {
      task: "several",
      preprocessing: { sampleRate: 50, leads: ["I", ["x", "II"]], normalise: "dataset", window: { samples: 64 } },
    },
    split: { kind: "official-folds", train: [1, 2, 3, 4], validation: [5], test: [6] },
    training: {
      ...recipe.training,
      epochs: 14,
      loss: { name: "binary-cross-entropy" },
      windows: { stride: 16, aggregation: "max" },
    },
    ...changes,
  });
}
