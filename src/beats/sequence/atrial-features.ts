import type { BeatWaves } from "./beat-waves.ts";
import { coherence } from "./coherence.ts";
import { type FeatureColumn, column } from "./feature-column.ts";

/** Where P waves are looked for, seconds from R, and what the T wave of the beat before leaves there. */
const views = [
  { name: "slope", seconds: [-0.24, -0.06], degree: 1, without: "a slope" },
  { name: "curve", seconds: [-0.3, -0.06], degree: 3, without: "a cubic" },
] as const;

const reaches = [2, 4, 10];

/**
 * Whether the atria do the same before neighbouring beats, in the lead that shows it best: P waves are alike, also those of
 * an ectopic focus, fibrillatory waves are not. Looks at no template, so it takes no majority for normal.
 */
export function atrialFeatures(waves: BeatWaves): FeatureColumn[] {
  const { sampleRate, before, length, leads } = waves;
  return views.flatMap(({ name, seconds: [from, to], degree, without }) => {
    const at = (seconds: number) => before + Math.round(seconds * sampleRate);
    const region = { from: at(from), to: at(to) };
    const found = leads.map((values) => coherence({ values, length }, { region, degree, reaches }));
    return reaches.map((reach, index) => {
      const [first, ...others] = found.map((each) => each[index]!);
      const beats = 2 * reach + 1;
      return column(`p.${name}${beats}`, {
        unit: "1",
        meaning: `how alike the ${beats} beats around are from ${-from} to ${-to} s before R, less ${without}, in the lead where they are most alike`,
        values: Float32Array.from(first!, (value, beat) =>
          others.reduce((most, own) => Math.max(most, own[beat]!), value),
        ),
      });
    });
  });
}
