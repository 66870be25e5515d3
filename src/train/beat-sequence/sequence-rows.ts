import { chunkStarts, fillChunks } from "../../beats/index.ts";
import type { TrainingData } from "../batches/training-data.ts";
import { type SequenceRecording, noClass } from "./sequence-recording.ts";

export interface SequenceRowOptions {
  readonly classCount: number;
  readonly chunk: { readonly length: number; readonly stride: number };
  /**
   * A beat's weight is n^−power with n the beats of its class of the same patient, so that a patient with many beats
   * of a class does not decide alone: 0 takes beats alike, 1 patients.
   */
  readonly patientPower: number;
  /** [class], times these. */
  readonly classWeights: readonly number[];
}

/**
 * Recordings as rows of a beat-sequence net: inputs [chunk, feature, beat], and targets [chunk, beat · class] that have a
 * beat's weight over the chunk's length at its class. Their mean over all beats is 1.
 */
export function sequenceRows(recordings: readonly SequenceRecording[], options: SequenceRowOptions): TrainingData {
  const { classCount, chunk } = options;
  const { length } = chunk;
  const features = recordings[0]?.featureNames.length ?? 0;
  const starts = recordings.map(({ labels }) => chunkStarts(labels.length, chunk));
  const size = starts.reduce((sum, each) => sum + each.length, 0);
  const inputs = new Float32Array(size * features * length);
  const targets = new Float32Array(size * length * classCount);
  const weights = beatWeights(recordings, options);
  let row = 0;
  recordings.forEach((recording, i) => {
    inputs.set(fillChunks(recording.matrix, { starts: starts[i]!, length, features }), row * features * length);
    for (const start of starts[i]!) {
      for (let t = 0; t < length && start + t < recording.labels.length; t++) {
        const label = recording.labels[start + t]!;
        if (label !== noClass) targets[(row * length + t) * classCount + label] = weights[i]![label]! / length;
      }
      row++;
    }
  });
  return { inputs, targets, size };
}

/** For each recording [class]. */
function beatWeights(
  recordings: readonly SequenceRecording[],
  { classCount, patientPower, classWeights }: SequenceRowOptions,
): number[][] {
  const counts = new Map<string, number[]>();
  for (const { patientId, labels } of recordings) {
    const own = counts.get(patientId) ?? Array.from({ length: classCount }, () => 0);
    counts.set(patientId, own);
    for (const label of labels) if (label !== noClass) own[label]!++;
  }
  const raw = recordings.map(({ patientId }) =>
    counts.get(patientId)!.map((count, label) => (count === 0 ? 0 : count ** -patientPower * classWeights[label]!)),
  );
  let [sum, beats] = [0, 0];
  recordings.forEach(({ labels }, i) => {
    for (const label of labels) {
      if (label === noClass) continue;
      sum += raw[i]![label]!;
      beats++;
    }
  });
  return raw.map((row) => row.map((weight) => (weight * beats) / sum));
}

/** Names for a net's outputs [beat, class], as training wants one for each. */
export function outputNames(length: number, classes: readonly string[]): string[] {
  return Array.from({ length }, (_, beat) => classes.map((name) => `${beat + 1}/${name}`)).flat();
}
