import {
  type AamiClass,
  type BeatWaves,
  type ClassMapName,
  type CutWaves,
  type WavePreprocessing,
  addNoiseEpisodes,
  classMaps,
  cutWaves,
  drawEpisodes,
  drawMajority,
  drawPiece,
  fibrillateWaves,
  featureMatrix,
  keepBeats,
  prematureWaves,
  sequenceFeatures,
} from "../../beats/index.ts";
import { type Random, createRandom } from "../../core/random.ts";
import type { Recording } from "../../core/recording.ts";

/** In place of a class: a beat that is there, but is neither learnt nor scored. */
export const noClass = 255;

/** The beats of a recording, or of a variant of it, as features. */
export interface SequenceRecording {
  readonly id: string;
  readonly patientId: string;
  /**
   * The recording as it is; a piece of it; with simulated atrial fibrillation, all over or in episodes; with simulated premature beats; with
   * episodes of noise; or cut so that a class has the majority.
   */
  readonly variant: "whole" | "piece" | "fibrillation" | "paroxysm" | "premature" | "noise" | AamiClass;
  /** That were read. */
  readonly leads: readonly string[];
  /** Hz, of the recording's samples. */
  readonly sampleRate: number;
  readonly featureNames: readonly string[];
  /** [beat, feature] */
  readonly matrix: Float32Array;
  /** [beat], index into the classes, or `noClass`. */
  readonly labels: Uint8Array;
  /** [beat], samples of the recording it was made of. */
  readonly positions: Int32Array;
}

/** What is made of each training recording beside itself. */
export interface VariantCounts {
  /** Pieces of 150 to 400 s. */
  readonly pieces: number;
  /** With simulated atrial fibrillation, see `fibrillateWaves`; its S beats have no class. */
  readonly fibrillations: number;
  /** With episodes of it: beside normal beats in sinus rhythm, as those are that a paroxysm of fast, irregular ones has to be told from. */
  readonly paroxysms: number;
  /** With simulated supraventricular premature beats, see `prematureWaves`; and each of these cut so that they are many or the majority. */
  readonly prematures: number;
  /** With episodes of simulated noise, see `addNoiseEpisodes`. */
  readonly noises: number;
  /** Cuts in which a class has the majority, by class, see `drawMajority`. */
  readonly majorities: Readonly<Partial<Record<AamiClass, number>>>;
  /** The least number of the recording's beats of the class for these. */
  readonly least: number;
}

export interface SequenceRecordingOptions {
  readonly classMap: ClassMapName;
  readonly classes: readonly AamiClass[];
  readonly waves: WavePreprocessing;
  readonly variants: VariantCounts;
  /** Names the random streams of the variants. */
  readonly seed: number;
}

/** All annotated beats of a recording in sequence, also those of classes that are not learnt. */
export function labelledBeats(
  recording: Recording,
  { classMap, classes }: Pick<SequenceRecordingOptions, "classMap" | "classes">,
): Pick<SequenceRecording, "positions" | "labels"> {
  const classOf = classMaps[classMap];
  const beats = recording.annotations.filter(({ symbol }) => classOf.has(symbol));
  return {
    positions: Int32Array.from(beats, ({ sample }) => sample),
    labels: Uint8Array.from(beats, ({ symbol }) => {
      const label = classes.indexOf(classOf.get(symbol)!);
      return label < 0 ? noClass : label;
    }),
  };
}

/** A recording with annotated beats, and its variants: all beats in sequence, also those of classes that are not learnt. */
export function sequenceRecordings(recording: Recording, options: SequenceRecordingOptions): SequenceRecording[] {
  const { classes, variants, seed } = options;
  const annotated = labelledBeats(recording, options);
  const waves = cutWaves(recording, annotated.positions, options.waves);
  /** Those outside the recording or on gaps are left out. */
  const ofKept = ({ kept }: CutWaves) => ({
    labels: Uint8Array.from(kept, (beat) => annotated.labels[beat]!),
    positions: Int32Array.from(kept, (beat) => annotated.positions[beat]!),
  });
  const { labels, positions } = ofKept(waves);
  const id = recording.id;
  const describe = (variant: SequenceRecording["variant"], own: BeatWaves, kept?: readonly number[]) => {
    const columns = sequenceFeatures(own);
    return {
      id,
      patientId: recording.patientId ?? id,
      variant,
      leads: own.leadNames,
      sampleRate: recording.sampleRate,
      featureNames: columns.map(({ name }) => name),
      matrix: featureMatrix(columns),
      labels: kept === undefined ? labels : Uint8Array.from(kept, (beat) => labels[beat]!),
      positions: kept === undefined ? positions : Int32Array.from(kept, (beat) => positions[beat]!),
    };
  };
  const part = (variant: SequenceRecording["variant"], kept: readonly number[]) =>
    kept.length < fewest ? [] : [describe(variant, keepBeats(waves, kept), kept)];

  const pieces = Array.from({ length: variants.pieces }, (_, i) =>
    part("piece", drawPiece(waves, createRandom(`piece/${seed}/${id}/${i}`))),
  );
  const majorities = Object.entries(variants.majorities).flatMap(([name, count]) => {
    const ectopic = labels.map((label) => (classes[label] === name ? 1 : 0));
    if (ectopic.reduce((sum, each) => sum + each, 0) < variants.least) return [];
    return Array.from({ length: count }, (_, i) =>
      part(name as AamiClass, drawMajority(ectopic, createRandom(`majority/${seed}/${id}/${name}/${i}`))),
    );
  });
  const conducted = labels.map((label) => (classes[label] === "N" || classes[label] === "S" ? 1 : 0));
  /** Whether an early beat comes from a focus can't be told where the atria fibrillate. */
  const fibrillate = (variant: SequenceRecording["variant"], inside: Uint8Array, random: Random) => ({
    ...describe(
      variant,
      fibrillateWaves(
        waves,
        inside.map((within, beat) => within * conducted[beat]!),
        random,
      ),
    ),
    labels: labels.map((label, beat) => (inside[beat] === 1 && classes[label] === "S" ? noClass : label)),
  });
  const fibrillations = Array.from({ length: variants.fibrillations }, (_, i) =>
    fibrillate(
      "fibrillation",
      labels.map(() => 1),
      createRandom(`fibrillation/${seed}/${id}/${i}`),
    ),
  );
  const paroxysms = Array.from({ length: variants.paroxysms }, (_, i) => {
    const random = createRandom(`paroxysm/${seed}/${id}/${i}`);
    return fibrillate("paroxysm", drawEpisodes(labels.length, random), random);
  });
  const normal = labels.map((label) => (classes[label] === "N" ? 1 : 0));
  const prematures = Array.from({ length: variants.prematures }, (_, i) => {
    const random = createRandom(`premature/${seed}/${id}/${i}`);
    const { waves: early, premature } = prematureWaves(waves, normal, random);
    const own = labels.map((label, beat) => (premature[beat] === 1 ? classes.indexOf("S") : label));
    const kept = drawMajority(
      own.map((label) => (classes[label] === "S" ? 1 : 0)),
      random,
    );
    const cut =
      kept.length < fewest
        ? []
        : [
            {
              ...describe("premature", keepBeats(early, kept), kept),
              labels: Uint8Array.from(kept, (beat) => own[beat]!),
            },
          ];
    return [{ ...describe("premature", early), labels: own }, ...cut];
  });
  const noises = Array.from({ length: variants.noises }, (_, i) => {
    const noisy = addNoiseEpisodes(recording, positions, createRandom(`noise/${seed}/${id}/${i}`));
    const noisyWaves = cutWaves(noisy, annotated.positions, options.waves);
    // With noise a flat line is none.
    return { ...describe("noise", noisyWaves), ...ofKept(noisyWaves) };
  });
  return [
    describe("whole", waves),
    ...pieces.flat(),
    ...fibrillations,
    ...paroxysms,
    ...prematures.flat(),
    ...noises,
    ...majorities.flat(),
  ];
}

/** A variant of fewer beats says little about a recording. */
const fewest = 40;
