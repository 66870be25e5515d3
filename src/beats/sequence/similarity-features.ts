import { type FeatureColumn, column } from "./feature-column.ts";
import type { Waves } from "./wave-shapes.ts";

export interface SimilarityOptions {
  /** Of each lead, in which the beats are compared. */
  readonly leads: readonly Waves[];
  readonly region: { readonly from: number; readonly to: number };
  /** Every so many samples are compared. */
  readonly stride: number;
  /** Columns whose mean over the most similar beats is a feature as well. */
  readonly smoothed: readonly FeatureColumn[];
  /** The most beats of the recording that all others are compared with, evenly spread. */
  readonly landmarks?: number;
  /** How many are the most similar. */
  readonly neighbours?: number;
}

/**
 * How a beat stands among all beats of its recording: how many look like it, and what the most similar ones have in
 * common. A beat that looks like many that come early is ectopic even where it comes late itself.
 */
export function similarityFeatures(options: SimilarityOptions): FeatureColumn[] {
  const { smoothed, landmarks = 600, neighbours = 15 } = options;
  const points = beatPoints(options);
  const { count, size, values } = points;
  const step = Math.max(1, Math.ceil(count / landmarks));
  const marks = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
  const near = new Float32Array(count);
  const close = new Float32Array(count);
  const distance = new Float32Array(count);
  const means = smoothed.map(() => new Float32Array(count));
  const energies = Float64Array.from({ length: count }, (_, i) => squared(values, i * size, size));
  const bestPlaces = new Int32Array(neighbours);
  const bestValues = new Float64Array(neighbours);

  for (let beat = 0; beat < count; beat++) {
    let kept = 0;
    let [nearCount, closeCount] = [0, 0];
    marks.forEach((mark) => {
      const d = squaredDistance(values, beat * size, mark * size, size) / (energies[beat]! + energies[mark]! + 1e-12);
      if (d < 0.05) closeCount++;
      if (d < 0.15) nearCount++;
      if (mark === beat) return;
      if (kept === neighbours && d >= bestValues[kept - 1]!) return;
      if (kept < neighbours) kept++;
      let place = kept - 1;
      for (; place > 0 && bestValues[place - 1]! > d; place--) {
        bestValues[place] = bestValues[place - 1]!;
        bestPlaces[place] = bestPlaces[place - 1]!;
      }
      bestValues[place] = d;
      bestPlaces[place] = mark;
    });
    close[beat] = Math.log10((closeCount + 1) / (marks.length + 1));
    near[beat] = Math.log10((nearCount + 1) / (marks.length + 1));
    distance[beat] = kept === 0 ? 0 : Math.log10(bestValues[kept - 1]! + 1e-3);
    smoothed.forEach((each, f) => {
      let sum = 0;
      for (let k = 0; k < kept; k++) sum += each.values[bestPlaces[k]!]!;
      means[f]![beat] = kept === 0 ? each.values[beat]! : sum / kept;
    });
  }
  return [
    column("similar.close", {
      unit: "log10 share",
      meaning: "beats of the recording at a relative squared distance below .05",
      values: close,
    }),
    column("similar.near", { unit: "log10 share", meaning: "the same below .15", values: near }),
    column("similar.distance", {
      unit: "log10",
      meaning: `relative squared distance of the ${neighbours}th most similar beat`,
      values: distance,
    }),
    ...smoothed.map(({ name, unit, meaning }, f) =>
      column(`similar.${name}`, {
        unit,
        meaning: `mean over the ${neighbours} most similar beats: ${meaning}`,
        values: means[f]!,
      }),
    ),
  ];
}

/** Each beat as a point [beat, coordinate], every lead over the median of its beats' energy. */
function beatPoints({ leads, region, stride }: SimilarityOptions) {
  const perLead = Math.ceil((region.to - region.from) / stride);
  const count = leads[0]!.values.length / leads[0]!.length;
  const size = perLead * leads.length;
  const values = new Float32Array(count * size);
  leads.forEach((waves, lead) => {
    const energies = new Float64Array(count);
    for (let beat = 0; beat < count; beat++) {
      const at = beat * size + lead * perLead;
      let mean = 0;
      for (let i = 0; i < perLead; i++) {
        values[at + i] = waves.values[beat * waves.length + region.from + i * stride]!;
        mean += values[at + i]! / perLead;
      }
      for (let i = 0; i < perLead; i++) values[at + i] = values[at + i]! - mean;
      energies[beat] = squared(values, at, perLead);
    }
    const scale = 1 / Math.sqrt(energies.slice().sort()[count >> 1]! + 1e-12);
    for (let beat = 0; beat < count; beat++) {
      const at = beat * size + lead * perLead;
      for (let i = 0; i < perLead; i++) values[at + i] = values[at + i]! * scale;
    }
  });
  return { values, count, size };
}

function squared(values: Float32Array, start: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += values[start + i]! ** 2;
  return sum;
}

function squaredDistance(values: Float32Array, a: number, b: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) {
    const d = values[a + i]! - values[b + i]!;
    sum += d * d;
  }
  return sum;
}
