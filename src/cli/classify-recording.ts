import { chooseLead, chooseSequenceLeads, classMaps, detectors } from "../beats/index.ts";
import type { ModelCard } from "../bundle/index.ts";
import { UserError } from "../core/errors.ts";
import type { Annotation, Notice, Recording } from "../core/recording.ts";
import type { ReportTable } from "../evaluate/index.ts";
import type { BeatPredictions, Predictor, RecordingPrediction, SegmentPredictions } from "../runtime/index.ts";

/** Where the beats are: found by the program's detector, or taken from the recording's own annotations. */
export type BeatSource = "detected" | "annotated";

/** What every classified recording says. */
interface Classified {
  readonly id: string;
  readonly sampleRate: number;
  /** Of the recording, and of how it was read. */
  readonly notices: readonly Notice[];
}

export interface ClassifiedBeats extends Classified, BeatPredictions {
  readonly source: BeatSource;
  /** Beats by class. */
  readonly counts: Readonly<Record<string, number>>;
}

export type ClassifiedWhole = Classified & RecordingPrediction;

export interface ClassifiedSegments extends Classified, SegmentPredictions {
  /** Segments by class. */
  readonly counts: Readonly<Record<string, number>>;
}

/** How recordings are classified by models of one task, and how that is shown. */
interface ClassifyTask<Result extends Classified> {
  classify(
    predictor: Predictor,
    recording: Recording,
    options: { readonly source: BeatSource | undefined },
  ): Promise<Result>;
  /** The results as WFDB annotations; absent where they have no place in time. */
  readonly annotate?: (result: Result, card: ModelCard) => Annotation[];
  /** For people: a line for each, or tables. */
  show(results: readonly Result[], card: ModelCard): readonly (string | ReportTable)[];
}

/** Heart beats: found, then classified. */
export const classifyBeats: ClassifyTask<ClassifiedBeats> = {
  classify: async (predictor, recording, { source = "detected" }) => {
    const positions = source === "annotated" ? annotatedBeats(recording) : detectBeats(predictor.card, recording);
    const predictions = await predictor.predictBeats(recording, positions);
    const notices = [...recording.notices, ...predictions.notices, ...noBeatNotices(positions)];
    const { id, sampleRate } = recording;
    return { id, sampleRate, source, counts: countLabels(predictor.card, predictions.beats), ...predictions, notices };
  },
  // Each class has the symbol of its name.
  annotate: ({ beats }) => beats.map(({ sample, label }) => ({ sample, symbol: label })),
  show: (results) =>
    results.map(({ id, counts, beats, dropped, lead, source }) =>
      [`${id}  ${beats.length} beats (${source}, lead ${lead})  ${countWords(counts)}`, ...droppedWords(dropped)].join(
        "  ",
      ),
    ),
};

const recordings: ClassifyTask<ClassifiedWhole> = {
  classify: async (predictor, recording) => {
    const { id, sampleRate } = recording;
    const prediction = await predictor.predictRecording(recording);
    return { id, sampleRate, ...prediction, notices: [...recording.notices, ...prediction.notices] };
  },
  show: (results, { labels }) => [
    {
      title: "Recordings",
      columns: [
        { label: "Recording", align: "left" },
        { label: "Classes", align: "left" },
        ...labels.map((label) => ({ label, align: "right" as const })),
      ],
      rows: results.map(({ id, labels: decided, probabilities }) => [
        id,
        decided.join(", "),
        ...probabilities.map((probability) => probability.toFixed(3)),
      ]),
    },
  ],
};

const segments: ClassifyTask<ClassifiedSegments> = {
  classify: async (predictor, recording) => {
    const { id, sampleRate } = recording;
    const predictions = await predictor.predictSegments(recording);
    const notices = [...recording.notices, ...predictions.notices];
    return { id, sampleRate, counts: countLabels(predictor.card, predictions.segments), ...predictions, notices };
  },
  annotate: (result, card) =>
    stretchesOf(result).map(({ from, label }) => ({ sample: from, symbol: "+", aux: rhythmText(label, card) })),
  show: (results) =>
    results.flatMap((result) => {
      const { id, lead, counts, dropped, sampleRate } = result;
      const words = [`${id}  lead ${lead}  ${countWords(counts)} segments`, ...droppedWords(dropped)];
      return [
        words.join("  "),
        {
          title: id,
          columns: [
            { label: "From (s)", align: "right" },
            { label: "To (s)", align: "right" },
            { label: "Class", align: "left" },
            { label: "Mean probability", align: "right" },
          ],
          rows: stretchesOf(result).map(({ from, to, label, probability }) => [
            (from / sampleRate).toFixed(1),
            (to / sampleRate).toFixed(1),
            label,
            probability.toFixed(3),
          ]),
        },
      ];
    }),
};

const tasks = { beats: classifyBeats, "beat-sequences": classifyBeats, recordings, segments } as const;

/** What a model's task makes of recordings. */
export function classifyTask({ task }: ModelCard): ClassifyTask<Classified> {
  return tasks[task] as unknown as ClassifyTask<Classified>;
}

/** Whether a model gives beats a class. */
export function isForBeats(card: ModelCard): card is Extract<ModelCard, { task: "beats" | "beat-sequences" }> {
  return card.task === "beats" || card.task === "beat-sequences";
}

/** Neighbouring segments of one class, as one. */
function stretchesOf({ segments }: SegmentPredictions) {
  const stretches: { from: number; to: number; label: string; probability: number; count: number }[] = [];
  for (const { from, to, label, probabilities } of segments) {
    const probability = Math.max(...probabilities);
    const last = stretches.at(-1);
    if (last?.label === label && last.to === from) {
      last.to = to;
      last.probability = (last.probability * last.count + probability) / (last.count + 1);
      last.count++;
    } else stretches.push({ from, to, label, probability, count: 1 });
  }
  return stretches;
}

/** The class as WFDB's rhythm annotations have it: the rhythm that it was learnt from, such as `(AFIB`. */
function rhythmText(label: string, card: ModelCard): string {
  const rhythm =
    card.task === "segments" && card.cutting.task === undefined ? card.cutting.classes[label]?.[0] : undefined;
  return rhythm ?? `(${label}`;
}

function countLabels({ labels }: ModelCard, predicted: readonly { readonly label: string }[]): Record<string, number> {
  const counts = Object.fromEntries(labels.map((label) => [label, 0]));
  for (const { label } of predicted) counts[label]! += 1;
  return counts;
}

function countWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([label, count]) => `${label} ${count}`)
    .join("  ");
}

function droppedWords({ boundary, gap }: BeatPredictions["dropped"]): string[] {
  return boundary + gap === 0 ? [] : [`${boundary + gap} at the ends or on gaps left out`];
}

function noBeatNotices(positions: readonly number[]): Notice[] {
  return positions.length > 0 ? [] : [{ code: "no-beats", message: "No beats were found." }];
}

function annotatedBeats({ id, annotations }: Recording): number[] {
  const symbols = classMaps["aami-ec57"];
  const beats = annotations.filter((annotation) => symbols.has(annotation.symbol));
  if (beats.length === 0) {
    const found = annotations.length === 0 ? "no annotations" : "annotations of other kinds";
    throw new UserError(`Cannot take the beats of recording ${id}: expected annotated beats, found ${found}.`);
  }
  return beats.map((annotation) => annotation.sample);
}

/** Found in the lead that the model reads, or reads first. */
function detectBeats(card: ModelCard, recording: Recording): number[] {
  if (!isForBeats(card)) throw new UserError(`Cannot find beats for a model for ${card.task}.`);
  const lead =
    card.task === "beats"
      ? chooseLead(recording, card.preprocessing.leads)
      : chooseSequenceLeads(recording, card.preprocessing.waves)[0]!;
  const { detect } = detectors[0]!;
  const toFrames = recording.sampleRate / lead.sampleRate;
  return Array.from(detect(lead.samples, { sampleRate: lead.sampleRate }), (sample) => Math.round(sample * toFrames));
}
