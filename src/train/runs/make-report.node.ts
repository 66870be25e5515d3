import type { Calibration } from "../../bundle/index.ts";
import type { Notice } from "../../core/recording.ts";
import type { DatasetEntry, LocatedDataset, Split } from "../../datasets/index.ts";
import {
  type PartCounts,
  type Report,
  type SubsetReport,
  type WorstError,
  calibrationReport,
  checkExpected,
  cutStrip,
  deviationOfMetrics,
  meanOfMetrics,
  partialNotices,
  reportResults,
  scorings,
  worstErrors,
} from "../../evaluate/index.ts";
import type { EpochRecord } from "../fit/checkpoint.ts";
import { classCounts, exampleDigest } from "../examples/index.node.ts";
import type { ExampleSet } from "../examples/index.node.ts";
import { type PredictionTable, keepPredictions } from "./predictions.node.ts";
import type { Recipe } from "../recipe/recipe.ts";

/** What a report needs to know of one fold. */
export interface ScoredFold {
  readonly name: string;
  readonly predictions: PredictionTable;
  /** Where these are calibrated: how, and the test part's probabilities before, [row, class]. */
  readonly calibration?: Calibration;
  readonly uncalibrated?: Float32Array;
  /** Empty where nothing was trained. */
  readonly learning: readonly EpochRecord[];
  readonly bestEpoch?: number;
  readonly seconds: number;
  readonly peakMemoryMegabytes: number;
}

export interface MakeReportOptions extends Pick<
  Report,
  "title" | "recipe" | "seed" | "date" | "software" | "device" | "seconds"
> {
  readonly entry: DatasetEntry;
  /** For the strips of signal. */
  readonly dataset: LocatedDataset;
  readonly examples: ExampleSet;
  readonly split: Split;
  readonly folds: readonly ScoredFold[];
  readonly subsets: readonly { readonly without: readonly string[]; readonly reason: string }[];
  /** Other test results that stand beside the folds' own. */
  readonly others?: readonly TestPart[];
  readonly expected: Recipe["expected"];
  readonly metrics?: Recipe["metrics"];
  readonly intervals?: Recipe["intervals"];
}

/** Test results beside the main ones, with the reason why they are shown. */
export interface TestPart {
  readonly name: string;
  readonly reason: string;
  /** By fold. */
  readonly tables: readonly PredictionTable[];
}

/** Everything that is reported of scored folds; the strips of the worst errors are read from the dataset again. */
export async function makeReport(options: MakeReportOptions): Promise<Report> {
  const { title, recipe, seed, date, software, device, seconds, entry, examples, split, folds, subsets, expected } =
    options;
  const results = reportResults(
    folds.map((outcome) => ({
      name: outcome.name,
      truth: outcome.predictions.truth,
      predicted: outcome.predictions.predicted,
      scores: outcome.predictions.probabilities,
      records: outcome.predictions.records,
      groups: groupsOf(outcome.predictions, { examples, split }),
      learning: outcome.learning.map(({ epoch, trainLoss, validation }) => ({
        epoch,
        train: { loss: trainLoss },
        validation,
      })),
      ...(outcome.bestEpoch === undefined ? {} : { bestEpoch: outcome.bestEpoch }),
      seconds: outcome.seconds,
      peakMemoryMegabytes: outcome.peakMemoryMegabytes,
    })),
    {
      classes: examples.classes,
      labelling: examples.labels === undefined ? "several" : "one",
      resample: split.bootstrapUnit,
      seed,
      extras: options.metrics,
      ...options.intervals,
    },
  );
  const first = split.folds[0]!;
  const notices = distinct([...(options.dataset.notices ?? []), ...examples.notices]);
  return {
    schema: 1,
    title,
    recipe,
    dataset: entry.name,
    datasetLicence: entry.licence.name,
    datasetCitation: entry.citation,
    split: split.description,
    leakage: split.leakage,
    ...(examples.unit === "beat" ? {} : { unit: examples.unit }),
    classMap: examples.classMap,
    examples: exampleDigest(examples),
    parts: Object.fromEntries(
      (["train", "validation", "test"] as const)
        .filter((part) => first[part].length > 0)
        .map((part) => [split.folds.length === 1 ? part : `${part}, ${first.name}`, partCounts(examples, first[part])]),
    ),
    ...results,
    ...calibrationPart(folds),
    subsets: [...subsets.map((subset) => partWithout(subset, folds)), ...(options.others ?? [])].map(subsetReport),
    worstErrors: await drawWorstErrors(options),
    expected: checkExpected(results.mean, expected, { comparable: partialNotices(notices).length === 0 }),
    notices,
    seconds,
    peakMemoryMegabytes: Math.max(...folds.map((fold) => fold.peakMemoryMegabytes)),
    seed,
    date,
    software,
    ...(device === undefined ? {} : { device }),
  };
}

/** A dataset and its labels may say the same. */
function distinct(notices: readonly Notice[]): readonly Notice[] {
  return [...new Map(notices.map((notice) => [notice.message, notice])).values()];
}

function partCounts(examples: ExampleSet, rows: Int32Array): PartCounts {
  return {
    records: new Set(Array.from(rows, (row) => examples.recordOf[row]!)).size,
    [`${examples.unit}s`]: rows.length,
    byClass: classCounts(examples, rows),
  };
}

/** What the bootstrap draws together. */
function groupsOf(
  { records }: PredictionTable,
  { examples, split }: Pick<MakeReportOptions, "examples" | "split">,
): readonly string[] {
  if (split.bootstrapUnit !== "patient") return records;
  const patients = new Map(examples.records.map(({ id, patientId }) => [id, patientId]));
  return records.map((record) => patients.get(record)!);
}

/** How well the test part's probabilities come true before and after calibration, all folds together. */
function calibrationPart(folds: readonly ScoredFold[]): Pick<Report, "calibration"> {
  const { classes, labelling } = folds[0]!.predictions;
  const scored = folds.flatMap(({ name, predictions, calibration, uncalibrated }) =>
    calibration === undefined || uncalibrated === undefined
      ? []
      : [{ fold: name, ...calibration, ...predictions, before: uncalibrated, after: predictions.probabilities }],
  );
  return scored.length < folds.length ? {} : { calibration: calibrationReport(scored, { classes, labelling }) };
}

/** The test results again without some records. */
function partWithout(
  { without, reason }: MakeReportOptions["subsets"][number],
  folds: MakeReportOptions["folds"],
): TestPart {
  return {
    name: `test without ${without.join(", ")}`,
    reason,
    tables: folds.map(({ predictions }) => keepPredictions(predictions, (record) => !without.includes(record))),
  };
}

function subsetReport({ name, reason, tables }: TestPart): SubsetReport {
  const { classes, labelling } = tables[0]!;
  const measure = (parts: readonly PredictionTable[]) =>
    scorings[labelling].measure(
      {
        classes,
        truth: parts.flatMap(({ truth }) => Array.from(truth)),
        predicted: parts.flatMap(({ predicted }) => Array.from(predicted)),
        scores: concatenate(parts.map(({ probabilities }) => probabilities)),
      },
      [],
    );
  const { metrics, confusion } = measure(tables);
  const runs = tables.map((table) => measure([table]).metrics);
  return {
    name,
    reason,
    ...(confusion === undefined ? {} : { confusion }),
    metrics,
    ...(runs.length > 1 ? { mean: meanOfMetrics(runs), standardDeviation: deviationOfMetrics(runs) } : {}),
  };
}

/** What a strip shows around an example's position: a beat's neighbours, or the beginning of what was classified as a whole. */
const stripOf = {
  beat: {},
  segment: { secondsBefore: 0, secondsAfter: 10 },
  recording: { secondsBefore: 0, secondsAfter: 10 },
} as const;

async function drawWorstErrors({ examples, dataset, folds }: MakeReportOptions): Promise<WorstError[]> {
  // Where an example may have several classes there is no one wrong class to be sure of.
  const tables = folds.map((fold) => fold.predictions).filter(({ labelling }) => labelling === "one");
  const errors = worstErrors({
    classes: examples.classes,
    truth: tables.flatMap((table) => Array.from(table.truth)),
    predicted: tables.flatMap((table) => Array.from(table.predicted)),
    probabilities: concatenate(tables.map((table) => table.probabilities)),
    records: tables.flatMap((table) => table.records),
    samples: tables.flatMap((table) => Array.from(table.samples)),
  });
  const strips: WorstError[] = [];
  for (const error of errors) {
    const recording = await dataset.open(error.record);
    const leadName = examples.records.find((record) => record.id === error.record)?.lead;
    const lead = recording.leads.find((candidate) => candidate.name === leadName) ?? recording.leads[0]!;
    const rate = lead.sampleRate / recording.sampleRate;
    strips.push({
      ...error,
      strip: cutStrip(lead, {
        sample: Math.round(error.sample * rate),
        ...stripOf[examples.unit],
        annotations: recording.annotations.map((note) => ({ ...note, sample: Math.round(note.sample * rate) })),
      }),
    });
  }
  return strips;
}

function concatenate(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.reduce((sum, vector) => sum + vector.length, 0));
  let start = 0;
  for (const vector of vectors) {
    all.set(vector, start);
    start += vector.length;
  }
  return all;
}
