import { chooseLead, classMaps, detectors } from "../beats/index.ts";
import type { Annotation, Recording } from "../core/recording.ts";
import type { BeatPredictions, Predictor } from "../runtime/index.ts";

/** Where the beats are: found by the program's detector, or taken from the recording's own annotations. */
export type BeatSource = "detected" | "annotated";

export interface ClassifiedRecording extends BeatPredictions {
  readonly id: string;
  readonly sampleRate: number;
  readonly source: BeatSource;
  /** Beats by class. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Finds the beats of a recording and classifies them. */
export async function classifyRecording(
  predictor: Predictor,
  recording: Recording,
  { source }: { readonly source: BeatSource },
): Promise<ClassifiedRecording> {
  const positions = source === "annotated" ? annotatedBeats(recording) : detectBeats(predictor, recording);
  const predictions = await predictor.predictBeats(recording, positions);
  const counts = Object.fromEntries(predictor.card.labels.map((label) => [label, 0]));
  for (const beat of predictions.beats) counts[beat.label]! += 1;
  return { id: recording.id, sampleRate: recording.sampleRate, source, counts, ...predictions };
}

/** The predictions as WFDB annotations; each class has the symbol of its name. */
export function toAnnotations({ beats }: ClassifiedRecording): Annotation[] {
  return beats.map(({ sample, label }) => ({ sample, symbol: label }));
}

function annotatedBeats({ annotations }: Recording): number[] {
  const beats = classMaps["aami-ec57"];
  return annotations.filter((annotation) => beats.has(annotation.symbol)).map((annotation) => annotation.sample);
}

function detectBeats({ card }: Predictor, recording: Recording): number[] {
  const lead = chooseLead(recording, card.preprocessing.leads);
  const { detect } = detectors[0]!;
  const toFrames = recording.sampleRate / lead.sampleRate;
  return Array.from(detect(lead.samples, { sampleRate: lead.sampleRate }), (sample) => Math.round(sample * toFrames));
}
