import { coherence } from "./coherence.ts";
import { type FeatureColumn, column } from "./feature-column.ts";
import { localMeans, logRatio } from "./local-statistics.ts";
import {
  type Region,
  type RegionName,
  type Waves,
  correlation,
  difference,
  heightOf,
  meanOf,
  waveOf,
} from "./wave-shapes.ts";

export interface WaveFeatureOptions {
  /** `lead1` or `lead2`, in front of the names. */
  readonly prefix: string;
  readonly sampleRate: number;
  readonly regions: Readonly<Record<RegionName, Region>>;
  /** The means of the well-timed and of the unhurried beats. */
  readonly templates: { readonly wellTimed: Float32Array; readonly unhurried: Float32Array };
}

/**
 * Shape of each beat in one lead, relative to the recording's own templates; nothing depends on the amplitude. "Scale"
 * is the height of the unhurried template's QRS complex.
 */
export function waveFeatures(waves: Waves, options: WaveFeatureOptions): FeatureColumn[] {
  const { prefix, sampleRate, regions, templates } = options;
  const { p, qrs, t, all } = regions;
  const count = waves.values.length / waves.length;
  const own = templates.unhurried;
  const scale = Math.max(1e-6, heightOf(own, qrs));
  const each = (name: string, unit: string, meaning: string, of: (wave: Float32Array, beat: number) => number) =>
    column(`${prefix}.${name}`, {
      unit,
      meaning,
      values: Float32Array.from({ length: count }, (_, beat) => of(waveOf(waves, beat), beat)),
    });
  const limited = (value: number, limit = 3) => Math.min(limit, value);
  const atP = Array.from({ length: count }, (_, beat) =>
    bestLag(own, waveOf(waves, beat), { region: p, reach: Math.round(0.06 * sampleRate) }),
  );
  const widthOwn = qrsWidth(own, qrs);
  const areaOwn = areaOf(own, qrs);
  const slopeOwn = steepest(own, qrs);
  const balanceOwn = balance(own, qrs);
  const heightP = heightOf(own, p);

  const shape = [
    each("qrs.height", "log ratio", "height of the QRS over the scale", (wave) => logRatio(heightOf(wave, qrs), scale)),
    each("qrs.area", "log ratio", "area of the QRS about its mean over the template's", (wave) =>
      logRatio(areaOf(wave, qrs), areaOwn),
    ),
    each("qrs.width", "log ratio", "time with a slope over a quarter of the steepest, over the template's", (wave) =>
      logRatio(qrsWidth(wave, qrs), widthOwn),
    ),
    each("qrs.slope", "log ratio", "steepest slope over the template's", (wave) =>
      logRatio(steepest(wave, qrs), slopeOwn),
    ),
    each(
      "qrs.balance",
      "1",
      "(max + min) / (max − min) of the QRS, less the template's",
      (wave) => balance(wave, qrs) - balanceOwn,
    ),
    each("qrs.likeUnhurried", "correlation", "QRS with the unhurried template", (wave) => correlation(wave, own, qrs)),
    each("qrs.likeWellTimed", "correlation", "QRS with the well-timed template", (wave) =>
      correlation(wave, templates.wellTimed, qrs),
    ),
    each(
      "all.offUnhurried",
      "scale",
      "difference of the whole beat to the unhurried template, root mean square",
      (wave) => limited(difference(wave, own, all) / scale),
    ),
    each(
      "all.offWellTimed",
      "scale",
      "difference of the whole beat to the well-timed template, root mean square",
      (wave) => limited(difference(wave, templates.wellTimed, all) / scale),
    ),
    each("t.level", "scale", "mean of the T region, less the template's", (wave) =>
      clip((meanOf(wave, t) - meanOf(own, t)) / scale),
    ),
    each("t.like", "correlation", "T region with the unhurried template", (wave) => correlation(wave, own, t)),
    each("t.height", "log ratio", "height of the T region over the template's", (wave) =>
      logRatio(heightOf(wave, t), heightOf(own, t)),
    ),
    each("p.likeUnhurried", "correlation", "P region with the unhurried template", (wave) => correlation(wave, own, p)),
    each("p.likeWellTimed", "correlation", "P region with the well-timed template", (wave) =>
      correlation(wave, templates.wellTimed, p),
    ),
    each(
      "p.off",
      "log ratio",
      "difference in the P region over the template's height there, plus 2 % of the scale",
      (wave) => logRatio(difference(wave, own, p), heightP + 0.02 * scale, 3),
    ),
    each("p.height", "log ratio", "height of the P region over the template's", (wave) =>
      logRatio(heightOf(wave, p), heightP),
    ),
    each("p.best", "correlation", "best match of the template's P region within ±60 ms", (_, beat) => atP[beat]!.best),
    each("p.lag", "60 ms", "where it is; late is positive", (_, beat) => atP[beat]!.lag / (0.06 * sampleRate)),
    each("p.level", "scale", "mean of the P region's first half less its second's, less the template's", (wave) =>
      clip((tilt(wave, p) - tilt(own, p)) / scale),
    ),
  ];
  const likeness = shape.find(({ name }) => name === `${prefix}.p.likeUnhurried`)!.values;
  const [common] = coherence(waves, { region: p, degree: 0, reaches: [10] });
  return [
    ...shape,
    each(
      "p.likeAround",
      "correlation",
      "mean of p.likeUnhurried over the 21 beats around",
      (() => {
        const means = localMeans(likeness, 10);
        return (_, beat) => means[beat]!;
      })(),
    ),
    each(
      "p.common",
      "1",
      "how alike the P regions of the 21 beats around are, 0 to 1; small in AF",
      (_, beat) => common![beat]!,
    ),
  ];
}

function clip(value: number, limit = 2): number {
  return Math.max(-limit, Math.min(limit, value));
}

function areaOf(wave: Float32Array, region: Region): number {
  const mean = meanOf(wave, region);
  let sum = 0;
  for (let i = region.from; i < region.to; i++) sum += Math.abs(wave[i]! - mean);
  return sum;
}

function steepest(wave: Float32Array, { from, to }: Region): number {
  let most = 0;
  for (let i = from; i < to; i++) most = Math.max(most, Math.abs(wave[i + 1]! - wave[i - 1]!));
  return most;
}

/** Samples between the first and the last slope of over a quarter of the steepest. */
function qrsWidth(wave: Float32Array, region: Region): number {
  const limit = steepest(wave, region) / 4;
  let [first, last] = [region.to, region.from];
  for (let i = region.from; i < region.to; i++) {
    if (Math.abs(wave[i + 1]! - wave[i - 1]!) < limit) continue;
    first = Math.min(first, i);
    last = i;
  }
  return Math.max(1, last - first + 1);
}

function balance(wave: Float32Array, { from, to }: Region): number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = from; i < to; i++) {
    low = Math.min(low, wave[i]!);
    high = Math.max(high, wave[i]!);
  }
  return high - low > 1e-9 ? clip((high + low) / (high - low), 1) : 0;
}

function tilt(wave: Float32Array, { from, to }: Region): number {
  const middle = (from + to) >> 1;
  return meanOf(wave, { from, to: middle }) - meanOf(wave, { from: middle, to });
}

/** Where the template fits the wave best, in samples. */
function bestLag(
  template: Float32Array,
  wave: Float32Array,
  { region, reach }: { region: Region; reach: number },
): { best: number; lag: number } {
  const inner = { from: region.from + reach, to: region.to - reach };
  let found = { best: -Infinity, lag: 0 };
  for (let lag = -reach; lag <= reach; lag++) {
    const value = correlation(template, wave, inner, lag);
    if (value > found.best) found = { best: value, lag };
  }
  return found;
}
