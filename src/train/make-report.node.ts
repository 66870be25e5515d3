import { type BeatSet, classMaps, countByClass } from "../beats/index.ts";
import type { DatasetEntry, LocatedDataset, Split } from "../datasets/index.ts";
import {
  type Report,
  type SubsetReport,
  type WorstError,
  checkExpected,
  classificationMetrics,
  confusionMatrix,
  cutStrip,
  reportResults,
  worstErrors,
} from "../evaluate/index.ts";
import type { EpochRecord } from "./checkpoint.ts";
import type { BeatPredictionTable } from "./predictions.ts";
import type { Recipe } from "./recipe.ts";

/** Labelled beats without their signal. */
export type BeatIndex = Omit<BeatSet, "windows">;

/** What a report needs to know of one fold. */
export interface ScoredFold {
  readonly name: string;
  readonly predictions: BeatPredictionTable;
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
  readonly beats: BeatIndex;
  readonly split: Split;
  readonly folds: readonly ScoredFold[];
  readonly subsets: readonly { readonly without: readonly string[]; readonly reason: string }[];
  readonly expected: Recipe["expected"];
}

/** Everything that is reported of scored folds; the strips of the worst errors are read from the dataset again. */
export async function makeReport(options: MakeReportOptions): Promise<Report> {
  const { title, recipe, seed, date, software, device, seconds, entry, beats, split, folds, subsets, expected } =
    options;
  const results = reportResults(
    folds.map((outcome) => ({
      name: outcome.name,
      truth: outcome.predictions.truth,
      predicted: outcome.predictions.predicted,
      records: outcome.predictions.records,
      learning: outcome.learning.map(({ epoch, trainLoss, validation }) => ({
        epoch,
        train: { loss: trainLoss },
        validation,
      })),
      ...(outcome.bestEpoch === undefined ? {} : { bestEpoch: outcome.bestEpoch }),
      seconds: outcome.seconds,
      peakMemoryMegabytes: outcome.peakMemoryMegabytes,
    })),
    { classes: beats.classes, resample: split.bootstrapUnit, seed },
  );
  const first = split.folds[0]!;
  return {
    schema: 1,
    title,
    recipe,
    dataset: entry.name,
    datasetLicence: entry.licence.name,
    datasetCitation: entry.citation,
    split: split.description,
    leakage: split.leakage,
    classMap: { name: beats.classMap, symbols: symbolsByClass(beats) },
    parts: Object.fromEntries(
      (["train", "validation", "test"] as const)
        .filter((part) => first[part].length > 0)
        .map((part) => [split.folds.length === 1 ? part : `${part}, ${first.name}`, partCounts(beats, first[part])]),
    ),
    ...results,
    subsets: subsetReports(subsets, { beats, folds }),
    worstErrors: await drawWorstErrors(options),
    expected: checkExpected(results.mean, expected),
    notices: dropNotices(beats),
    seconds,
    peakMemoryMegabytes: Math.max(...folds.map((fold) => fold.peakMemoryMegabytes)),
    seed,
    date,
    software,
    ...(device === undefined ? {} : { device }),
  };
}

function partCounts(beats: BeatIndex, rows: Int32Array) {
  const counts = countByClass(beats, rows);
  return {
    records: new Set(Array.from(rows, (row) => beats.recordOf[row]!)).size,
    beats: rows.length,
    byClass: Object.fromEntries(beats.classes.map((name, label) => [name, counts[label]!])),
  };
}

/** Beats of each class in the whole set. */
export function namedCounts(beats: BeatIndex): Record<string, number> {
  return partCounts(
    beats,
    Int32Array.from({ length: beats.size }, (_, beat) => beat),
  ).byClass;
}

function symbolsByClass({ classMap, classes }: BeatIndex): Record<string, string[]> {
  const map = [...classMaps[classMap]];
  return Object.fromEntries(
    classes.map((name) => [name, map.filter(([, owner]) => owner === name).map(([symbol]) => symbol)]),
  );
}

/** The pooled test results again without some records. */
function subsetReports(
  subsets: MakeReportOptions["subsets"],
  { beats, folds }: Pick<MakeReportOptions, "beats" | "folds">,
): SubsetReport[] {
  return subsets.map(({ without, reason }) => {
    const kept = folds.flatMap(({ predictions }) =>
      predictions.records.flatMap((record, i) =>
        without.includes(record) ? [] : [[predictions.truth[i]!, predictions.predicted[i]!] as const],
      ),
    );
    const confusion = confusionMatrix(
      kept.map(([truth]) => truth),
      kept.map(([, predicted]) => predicted),
      beats.classes.length,
    );
    return {
      name: `test without ${without.join(", ")}`,
      reason,
      confusion,
      metrics: classificationMetrics(confusion, { classes: beats.classes }),
    };
  });
}

async function drawWorstErrors({ beats, dataset, folds }: MakeReportOptions): Promise<WorstError[]> {
  const tables = folds.map((fold) => fold.predictions);
  const errors = worstErrors({
    classes: beats.classes,
    truth: tables.flatMap((table) => Array.from(table.truth)),
    predicted: tables.flatMap((table) => Array.from(table.predicted)),
    probabilities: concatenate(tables.map((table) => table.probabilities)),
    records: tables.flatMap((table) => table.records),
    samples: tables.flatMap((table) => Array.from(table.samples)),
  });
  const strips: WorstError[] = [];
  for (const error of errors) {
    const recording = await dataset.open(error.record);
    const leadName = beats.records.find((record) => record.id === error.record)?.lead;
    const lead = recording.leads.find((candidate) => candidate.name === leadName) ?? recording.leads[0]!;
    const rate = lead.sampleRate / recording.sampleRate;
    strips.push({
      ...error,
      strip: cutStrip(lead, {
        sample: Math.round(error.sample * rate),
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

function dropNotices({ records, classes }: BeatIndex): { code: string; message: string }[] {
  const boundary = records.reduce((sum, record) => sum + record.dropped.boundary, 0);
  const gap = records.reduce((sum, record) => sum + record.dropped.gap, 0);
  const other: Record<string, number> = {};
  for (const record of records) {
    for (const [symbol, count] of Object.entries(record.dropped.otherClass))
      other[symbol] = (other[symbol] ?? 0) + count;
  }
  const others = Object.entries(other);
  const notices = [
    {
      code: "boundary",
      message: `${boundary} beats left out because their window leaves the recording, ${gap} because it touches a gap.`,
    },
  ];
  if (others.length > 0) {
    notices.push({
      code: "other-class",
      message:
        `${others.reduce((sum, [, count]) => sum + count, 0)} beats left out because their class is not one of ` +
        `${classes.join(", ")} (${others.map(([symbol, count]) => `${symbol}: ${count}`).join(", ")}).`,
    });
  }
  return notices;
}
