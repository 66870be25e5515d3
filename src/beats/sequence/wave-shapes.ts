import type { BeatWaves } from "./beat-waves.ts";

/** Part of a wave, in samples: [from, to). */
export interface Region {
  readonly from: number;
  readonly to: number;
}

/** Waves [beat, sample] of one lead. */
export interface Waves {
  readonly values: Float32Array;
  readonly length: number;
}

/** Seconds around the R peak where the parts of a beat are looked for. */
const regionSeconds = { p: [-0.3, -0.07], qrs: [-0.08, 0.12], t: [0.14, 0.42], all: [-0.3, 0.42] } as const;

export type RegionName = keyof typeof regionSeconds;

export function regionsOf({ sampleRate, before }: BeatWaves): Readonly<Record<RegionName, Region>> {
  const region = ([from, to]: readonly [number, number]): Region => ({
    from: before + Math.round(from * sampleRate),
    to: before + Math.round(to * sampleRate),
  });
  const { p, qrs, t, all } = regionSeconds;
  return { p: region(p), qrs: region(qrs), t: region(t), all: region(all) };
}

export function meanOf(wave: Float32Array, { from, to }: Region): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += wave[i]!;
  return sum / (to - from);
}

/** Greatest minus least value. */
export function heightOf(wave: Float32Array, { from, to }: Region): number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = from; i < to; i++) {
    low = Math.min(low, wave[i]!);
    high = Math.max(high, wave[i]!);
  }
  return high - low;
}

/** Pearson's correlation of a wave with another that is read `lag` samples later; 0 where either is constant. */
export function correlation(a: Float32Array, b: Float32Array, { from, to }: Region, lag = 0): number {
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const x = a[i]!;
    const y = b[i + lag]!;
    sumA += x;
    sumB += y;
    sumAA += x * x;
    sumBB += y * y;
    sumAB += x * y;
  }
  const n = to - from;
  const spread = (sumAA - (sumA * sumA) / n) * (sumBB - (sumB * sumB) / n);
  return spread > 1e-18 ? Math.max(-1, Math.min(1, (sumAB - (sumA * sumB) / n) / Math.sqrt(spread))) : 0;
}

/** Root of the mean squared difference, each wave about its mean in the region. */
export function difference(a: Float32Array, b: Float32Array, { from, to }: Region): number {
  let [sum, squares] = [0, 0];
  for (let i = from; i < to; i++) {
    const d = a[i]! - b[i]!;
    sum += d;
    squares += d * d;
  }
  const n = to - from;
  return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
}

/** The wave of one beat, as a view. */
export function waveOf({ values, length }: Waves, beat: number): Float32Array {
  return values.subarray(beat * length, (beat + 1) * length);
}

/**
 * The mean of the marked beats, then of that half of them that is most like it, so that a few strangers don't spoil it.
 * @param marks [beat], 0 or 1; at least one is 1.
 */
export function templateOf(waves: Waves, { marks, region }: { marks: Uint8Array; region: Region }): Float32Array {
  const beats = [...marks.keys()].filter((beat) => marks[beat] === 1);
  const first = meanWave(waves, beats);
  const likeness = beats.map((beat) => correlation(waveOf(waves, beat), first, region));
  const limit = likeness.toSorted((a, b) => a - b)[Math.floor(likeness.length / 2)]!;
  return meanWave(
    waves,
    beats.filter((_, i) => likeness[i]! >= limit),
  );
}

function meanWave(waves: Waves, beats: readonly number[]): Float32Array {
  const sum = new Float64Array(waves.length);
  for (const beat of beats) {
    const start = beat * waves.length;
    for (let i = 0; i < waves.length; i++) sum[i] = sum[i]! + waves.values[start + i]!;
  }
  return Float32Array.from(sum, (value) => value / Math.max(1, beats.length));
}

/** Waves moved by up to ±22 ms to where their QRS complexes, in all leads together, agree best with the templates. */
export function alignWaves(
  waves: BeatWaves,
  { templates, region }: { readonly templates: readonly Float32Array[]; readonly region: Region },
): BeatWaves {
  const { length, times } = waves;
  const most = Math.round(0.022 * waves.sampleRate);
  const aligned = waves.leads.map((values) => new Float32Array(values.length));
  for (let beat = 0; beat < times.length; beat++) {
    let [best, bestLag] = [-Infinity, 0];
    for (let step = 0; step <= 2 * most; step++) {
      // 0, −1, +1, −2, …: of equals the smallest.
      const lag = step % 2 === 0 ? step / 2 : -(step + 1) / 2;
      const sum = waves.leads.reduce(
        (total, values, k) => total + correlation(templates[k]!, waveOf({ values, length }, beat), region, lag),
        0,
      );
      if (sum > best + 1e-9) [best, bestLag] = [sum, lag];
    }
    waves.leads.forEach((values, k) => {
      for (let i = 0; i < length; i++) {
        const from = Math.min(length - 1, Math.max(0, i + bestLag));
        aligned[k]![beat * length + i] = values[beat * length + from]!;
      }
    });
  }
  return { ...waves, leads: aligned };
}
