import type { Annotation, Lead } from "../../core/index.ts";
import { checkSameLength } from "../confusion-matrix.ts";
import type { ReportStrip, WorstError } from "./report.ts";

export interface WorstErrorsOptions {
  /** Class numbers, beat by beat. */
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** Probabilities [beat, class], flat. */
  readonly probabilities: ArrayLike<number>;
  readonly records: ArrayLike<string>;
  /** Position of each beat in its recording, in samples. */
  readonly samples: ArrayLike<number>;
  readonly classes: readonly string[];
  /** How many at most; 12 by default. */
  readonly count?: number;
  /** How many at most with the same record, truth and prediction, so that one recording does not fill the list; 2 by default. */
  readonly alike?: number;
}

/** The wrong beats of which the model was surest, surest first; ties in order of the beats. */
export function worstErrors(options: WorstErrorsOptions): WorstError[] {
  const { truth, predicted, probabilities, records, samples, classes, count = 12, alike = 2 } = options;
  checkSameLength("list the worst errors", {
    truth: truth.length,
    predicted: predicted.length,
    records: records.length,
    samples: samples.length,
    "probabilities per class": probabilities.length / classes.length,
  });
  const sureness = (i: number) => probabilities[i * classes.length + predicted[i]!]!;
  const wrong = Array.from({ length: truth.length }, (_, i) => i)
    .filter((i) => truth[i] !== predicted[i])
    .sort((a, b) => sureness(b) - sureness(a) || a - b);
  const taken = new Map<string, number>();
  const list: WorstError[] = [];
  for (const i of wrong) {
    if (list.length >= count) break;
    const kind = JSON.stringify([records[i], truth[i], predicted[i]]);
    const before = taken.get(kind) ?? 0;
    if (before >= alike) continue;
    taken.set(kind, before + 1);
    list.push({
      record: records[i]!,
      sample: samples[i]!,
      truth: classes[truth[i]!]!,
      predicted: classes[predicted[i]!]!,
      probability: sureness(i),
    });
  }
  return list;
}

/**
 * The trace of a lead around a sample, for a report: `secondsBefore` (4) and `secondsAfter` (4) of it, cut at the
 * recording's ends, in microvolt steps. `annotations` and `sample` count samples at the lead's rate.
 */
export function cutStrip(
  lead: Lead,
  {
    sample,
    annotations,
    secondsBefore = 4,
    secondsAfter = 4,
  }: {
    readonly sample: number;
    readonly annotations: readonly Annotation[];
    readonly secondsBefore?: number;
    readonly secondsAfter?: number;
  },
): ReportStrip {
  const start = Math.max(0, Math.round(sample - secondsBefore * lead.sampleRate));
  const end = Math.min(lead.samples.length, Math.round(sample + secondsAfter * lead.sampleRate) + 1);
  return {
    sampleRate: lead.sampleRate,
    lead: lead.name,
    start,
    samples: Array.from(lead.samples.subarray(start, end), (value) =>
      Number.isFinite(value) ? (Math.round(value * 1000) + 0) / 1000 : null,
    ),
    annotations: annotations
      .filter((annotation) => annotation.sample >= start && annotation.sample < end)
      .map(({ sample, symbol, aux }) => (aux === undefined ? { sample, symbol } : { sample, symbol, aux })),
  };
}
