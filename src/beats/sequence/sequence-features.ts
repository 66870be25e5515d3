import { atrialFeatures } from "./atrial-features.ts";
import type { BeatWaves } from "./beat-waves.ts";
import type { FeatureColumn } from "./feature-column.ts";
import { intervalFeatures } from "./interval-features.ts";
import { findReferences, intervalsOf } from "./references.ts";
import { similarityFeatures } from "./similarity-features.ts";
import { waveFeatures } from "./wave-features.ts";
import { alignWaves, regionsOf, templateOf } from "./wave-shapes.ts";

/**
 * What can be said of each beat relative to its own recording: rhythm, shape in one or two leads against two templates,
 * whether the atria do the same before each beat, and its place among all beats of the recording. Every feature looks at the whole recording, before and after the
 * beat, so it can be had only when the recording has ended. None depends on amplitude; ratios of intervals don't depend
 * on heart rate. Where there is one lead, the second's features are the first's.
 * @returns columns in a fixed order; the empty list's values for no beats.
 */
export function sequenceFeatures(cut: BeatWaves): FeatureColumn[] {
  const intervals = intervalsOf(cut.times);
  const references = findReferences(intervals);
  const regions = regionsOf(cut);
  const { length } = cut;
  const templatesOf = (waves: BeatWaves, marks: Uint8Array) =>
    waves.leads.map((values) => templateOf({ values, length }, { marks, region: regions.all }));
  const waves = alignWaves(cut, { templates: templatesOf(cut, references.unhurried), region: regions.qrs });
  const wellTimed = templatesOf(waves, references.wellTimed);
  const unhurried = templatesOf(waves, references.unhurried);

  const rhythm = intervalFeatures(intervals);
  const shapes = [0, 1].map((k) => {
    const lead = Math.min(k, waves.leads.length - 1);
    return waveFeatures(
      { values: waves.leads[lead]!, length },
      {
        prefix: `lead${k + 1}`,
        sampleRate: waves.sampleRate,
        regions,
        templates: { wellTimed: wellTimed[lead]!, unhurried: unhurried[lead]! },
      },
    );
  });
  const own = [...rhythm, ...shapes.flat(), ...atrialFeatures(waves)];
  const similarity = similarityFeatures({
    leads: waves.leads.map((values) => ({ values, length })),
    region: { from: regions.qrs.from, to: regions.t.to },
    stride: Math.max(1, Math.round(0.0166 * waves.sampleRate)),
    smoothed: smoothedNames.map((name) => own.find((each) => each.name === name)!),
  });
  return [...own, ...similarity];
}

/** What is averaged over the most similar beats. */
const smoothedNames = [
  "rr.local",
  "rr.wideSlow",
  "rr.recordSlow",
  "next.local",
  "rr.pair",
  "rr.rank",
  "lead1.p.likeUnhurried",
  "lead1.p.best",
  "lead2.p.likeUnhurried",
  "lead1.all.offUnhurried",
];

/** Columns side by side: [beat, feature]. */
export function featureMatrix(columns: readonly FeatureColumn[]): Float32Array {
  const width = columns.length;
  const count = columns[0]?.values.length ?? 0;
  const matrix = new Float32Array(count * width);
  columns.forEach(({ values }, f) => {
    for (let beat = 0; beat < count; beat++) matrix[beat * width + f] = values[beat]!;
  });
  return matrix;
}
