import type { RunSequenceOptions } from "./run-sequence.ts";
import type { SequenceRecipe } from "./sequence-recipe.ts";
import type { SequenceRecording } from "./sequence-recording.ts";
import { type SequenceNet, trainSequenceNet } from "./train-sequence-net.ts";

export interface AdaptOptions extends Omit<RunSequenceOptions, "onNet"> {
  readonly recipe: SequenceRecipe;
  /** Weights of the members, of training on other patients. */
  readonly members: readonly ReadonlyMap<string, Float32Array>[];
  /** The patient's recording with its labels; of these only the beats up to `untilSample` are looked at. */
  readonly recording: SequenceRecording;
  /** Samples of the recording: those of the first five minutes. */
  readonly untilSample: number;
  /** Recordings of other patients that are learnt beside, so that what is rare in five minutes is not forgotten. */
  readonly rehearsal: readonly SequenceRecording[];
  /** How often the patient's beats are learnt in an epoch. */
  readonly repeats: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly seed: number;
}

export interface AdaptedPatient {
  /** [beat, class] of the adapted members' mean, for all beats of the recording. */
  readonly probabilities: Float32Array;
  readonly members: readonly ReadonlyMap<string, Float32Array>[];
}

/**
 * Patient-specific adaptation: a few more epochs on the labelled beats of a recording's first minutes, among others'. The
 * features know the whole recording, but no label after `untilSample` is read.
 */
export async function adaptToPatient(options: AdaptOptions): Promise<AdaptedPatient> {
  const { recipe, members, recording, untilSample, rehearsal, repeats, epochs, learningRate, seed } = options;
  const own = firstBeats(recording, untilSample);
  const repeated = Array.from({ length: own.labels.length === 0 ? 0 : repeats }, () => own);
  const training = { ...recipe.sequence.training, epochs, learningRate };
  const nets: SequenceNet[] = [];
  for (const [member, start] of members.entries()) {
    nets.push(
      await trainSequenceNet({
        train: [...repeated, ...rehearsal],
        test: [recording],
        classes: recipe.beats.classes,
        chunk: recipe.beats.preprocessing.chunk,
        settings: recipe.model.settings,
        sequence: { ...recipe.sequence, training },
        seed: seed * 1000 + member,
        start,
        createReplicas: options.createReplicas,
        now: options.now,
      }),
    );
  }
  return {
    members: nets.map(({ weights }) => weights),
    probabilities: nets[0]!.probabilities[0]!.map(
      (_, i) => nets.reduce((sum, net) => sum + net.probabilities[0]![i]!, 0) / nets.length,
    ),
  };
}

/** The beats of a recording up to a sample. */
export function firstBeats(recording: SequenceRecording, untilSample: number): SequenceRecording {
  const count = recording.positions.filter((position) => position < untilSample).length;
  const width = recording.featureNames.length;
  return {
    ...recording,
    variant: "piece",
    matrix: recording.matrix.slice(0, count * width),
    labels: recording.labels.slice(0, count),
    positions: recording.positions.slice(0, count),
  };
}
