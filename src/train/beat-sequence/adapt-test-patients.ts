import { adaptToPatient } from "./adapt-to-patient.ts";
import { type RunSequenceOptions, type ScoredSequences, isMajority } from "./run-sequence.ts";
import type { SequenceRecipe } from "./sequence-recipe.ts";
import type { SequenceRecording } from "./sequence-recording.ts";

export interface AdaptTestOptions extends Pick<RunSequenceOptions, "createReplicas" | "now"> {
  readonly recipe: SequenceRecipe;
  /** The nets, and what they say of the test recordings. */
  readonly scored: ScoredSequences;
  readonly training: readonly SequenceRecording[];
  readonly seed: number;
  /** Told as each patient is done. */
  readonly onPatient?: (id: string) => void;
}

/** Nets of the training, adapted to each test recording by its first minutes; the scores are theirs. */
export async function adaptTestPatients(options: AdaptTestOptions): Promise<Omit<ScoredSequences, "members">> {
  const { recipe, scored, training, seed, createReplicas, now, onPatient } = options;
  const { repeats, epochs, learningRate } = recipe.adaptation!;
  // What keeps rare classes in mind at little cost: whole recordings would be most of the work.
  const rehearsal = training.filter((each) => each.variant === "piece" || isMajority(each, recipe.beats.classes));
  const probabilities: Float32Array[] = [];
  for (const recording of scored.recordings) {
    const adapted = await adaptToPatient({
      recipe,
      members: scored.members.map(({ weights }) => weights),
      recording,
      untilSample: adaptationEnd(recipe, recording),
      rehearsal,
      repeats,
      epochs,
      learningRate,
      seed,
      createReplicas,
      now,
    });
    probabilities.push(adapted.probabilities);
    onPatient?.(recording.id);
  }
  return { recordings: scored.recordings, probabilities };
}

/** Samples of a recording that a patient's nets may learn with labels. */
export function adaptationEnd(
  { adaptation }: Pick<SequenceRecipe, "adaptation">,
  { sampleRate }: Pick<SequenceRecording, "sampleRate">,
): number {
  return adaptation!.minutes * 60 * sampleRate;
}
