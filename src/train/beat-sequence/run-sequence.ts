import type { Recording } from "../../core/recording.ts";
import type { ReplicaGroup, ReplicaGroupOptions } from "../replicas/replica-group.ts";
import { mostLikely } from "../fit/validation.ts";
import { patientFolds } from "./patient-folds.ts";
import type { SequenceRecipe } from "./sequence-recipe.ts";
import { type SequenceRecording, noClass, sequenceRecordings } from "./sequence-recording.ts";
import { type SequenceNet, trainSequenceNet } from "./train-sequence-net.ts";

export interface RunSequenceOptions {
  readonly createReplicas: (options: ReplicaGroupOptions) => Promise<ReplicaGroup>;
  /** Milliseconds. */
  readonly now: () => number;
  /** Told as each net is trained. */
  readonly onNet?: (net: { readonly name: string; readonly seconds: number }) => void;
}

/** Recordings of a recipe as features; with the variants that training has, and that the stress set is made of. */
export async function readSequences(
  recordings: AsyncIterable<Recording>,
  { recipe, variants }: { readonly recipe: SequenceRecipe; readonly variants: boolean },
): Promise<SequenceRecording[]> {
  const { classMap, classes, preprocessing } = recipe.beats;
  const none = { pieces: 0, fibrillations: 0, paroxysms: 0, prematures: 0, noises: 0, majorities: {}, least: 0 };
  const found: SequenceRecording[] = [];
  for await (const recording of recordings) {
    found.push(
      ...sequenceRecordings(recording, {
        classMap,
        classes,
        waves: preprocessing.waves,
        variants: variants ? recipe.sequence.variants : none,
        seed: 1,
      }),
    );
  }
  return found;
}

/** Recordings with their predictions, the mean of all members. */
export interface ScoredSequences {
  readonly recordings: readonly SequenceRecording[];
  /** For each recording [beat, class]. */
  readonly probabilities: readonly Float32Array[];
  readonly members: readonly SequenceNet[];
}

interface MemberOptions extends RunSequenceOptions {
  readonly recipe: SequenceRecipe;
  readonly train: readonly SequenceRecording[];
  readonly test: readonly SequenceRecording[];
  readonly seed: number;
  readonly name: string;
}

/** Trains a recipe's members on some recordings, and scores others by the mean of their probabilities. */
export async function trainMembers(options: MemberOptions): Promise<ScoredSequences> {
  const { recipe, train, test, seed, name, createReplicas, now, onNet } = options;
  const members: SequenceNet[] = [];
  for (let member = 0; member < recipe.sequence.members; member++) {
    const net = await trainSequenceNet({
      train,
      test,
      classes: recipe.beats.classes,
      chunk: recipe.beats.preprocessing.chunk,
      settings: recipe.model.settings,
      sequence: recipe.sequence,
      seed: seed * 1000 + member,
      createReplicas,
      now,
    });
    onNet?.({ name: `${name}, net ${member + 1}`, seconds: net.seconds });
    members.push(net);
  }
  const probabilities = test.map((_, i) =>
    members[0]!.probabilities[i]!.map(
      (_, k) => members.reduce((sum, net) => sum + net.probabilities[i]![k]!, 0) / members.length,
    ),
  );
  return { recordings: test, probabilities, members };
}

/**
 * Leaves patients out in turn, trains on the others with their variants, and scores the whole recordings of those left
 * out, and their majorities: what a recipe is chosen by.
 */
export async function crossValidate(
  recordings: readonly SequenceRecording[],
  { recipe, seed, ...options }: RunSequenceOptions & { readonly recipe: SequenceRecipe; readonly seed: number },
): Promise<ScoredSequences> {
  const { classes } = recipe.beats;
  const { folds, spread } = recipe.split.crossValidation;
  const whole = recordings.filter(({ variant }) => variant === "whole");
  const patients = [...new Set(whole.map(({ patientId }) => patientId))].map((id) => ({
    id,
    counts: classes.map((_, label) =>
      whole.reduce((sum, each) => sum + (each.patientId === id ? countOf(each.labels, label) : 0), 0),
    ),
  }));
  const parts = patientFolds(patients, { folds, spread: spread.map((name) => classes.indexOf(name as "N")) });
  const scored: ScoredSequences[] = [];
  for (const [index, held] of parts.entries()) {
    const isHeld = ({ patientId }: SequenceRecording) => held.includes(patientId);
    scored.push(
      await trainMembers({
        ...options,
        recipe,
        train: recordings.filter((each) => !isHeld(each)),
        test: recordings.filter((each) => isHeld(each) && (each.variant === "whole" || isMajority(each, classes))),
        seed: seed * 100 + index,
        name: `fold ${index + 1}`,
      }),
    );
  }
  return {
    recordings: scored.flatMap((each) => each.recordings),
    probabilities: scored.flatMap((each) => each.probabilities),
    members: scored.flatMap((each) => each.members),
  };
}

/** Whether a recording is cut so that a class has the majority. */
export function isMajority({ variant }: Pick<SequenceRecording, "variant">, classes: readonly string[]): boolean {
  return classes.includes(variant);
}

/** Scored beats in columns. */
export interface BeatPredictionTable {
  readonly classes: readonly string[];
  readonly records: readonly string[];
  /** R peaks, samples. */
  readonly samples: readonly number[];
  /** Class numbers. */
  readonly truth: readonly number[];
  readonly predicted: ArrayLike<number>;
  /** [beat, class] */
  readonly probabilities: Float32Array;
}

/** Scored recordings of a kind, beat by beat; beats of other classes are left out. */
export function predictionTable(
  { recordings, probabilities }: Pick<ScoredSequences, "recordings" | "probabilities">,
  { classes, variant }: { readonly classes: readonly string[]; readonly variant: SequenceRecording["variant"] },
): BeatPredictionTable {
  const rows = recordings.flatMap((recording, r) =>
    recording.variant !== variant
      ? []
      : Array.from(recording.labels, (truth, beat) => ({ recording, r, truth, beat })).filter(
          ({ truth }) => truth !== noClass,
        ),
  );
  const all = new Float32Array(rows.length * classes.length);
  rows.forEach(({ r, beat }, i) =>
    all.set(probabilities[r]!.subarray(beat * classes.length, (beat + 1) * classes.length), i * classes.length),
  );
  return {
    classes,
    records: rows.map(({ recording }) => recording.id),
    samples: rows.map(({ recording, beat }) => recording.positions[beat]!),
    truth: rows.map(({ truth }) => truth),
    predicted: mostLikely(all, classes.length),
    probabilities: all,
  };
}

function countOf(labels: Uint8Array, wanted: number): number {
  return labels.reduce((sum, label) => sum + (label === wanted ? 1 : 0), 0);
}
