import { fillGaps } from "../../signal/fill-gaps.ts";
import type { DetectorOptions } from "./detector.ts";
import { qrsEnvelope } from "./qrs-envelope.ts";
import { qrsCandidates, type QrsCandidate } from "./qrs-candidates.ts";
import { refineRPeaks } from "./refine-r-peaks.ts";
import { createRrAverage } from "./rr-average.ts";

/**
 * R peaks by Pan & Tompkins 1985 ("A real-time QRS detection algorithm", IEEE Trans. Biomed. Eng. 32:230–236), for
 * whole leads instead of live ones: its filters run without delay, and each peak ends on the lead's own extremum.
 *
 * The constants are the paper's. Three things differ, and take the errors over the first lead of all 48 MIT-BIH records
 * (flutter left out) from 395 to 314: levels are the roots of the integrated energies, so that one large beat does not
 * hide the ordinary ones for long; thresholds are not halved in irregular rhythms, which with roots would add hundreds of
 * false detections; no single peak counts for more than twice the usual one, so that the beats after an artefact are
 * found.
 */
export function panTompkins1985(samples: Float32Array, { sampleRate }: DetectorOptions): Int32Array {
  const hasGaps = samples.some((sample) => Number.isNaN(sample));
  const hasNothing = hasGaps && samples.every((sample) => Number.isNaN(sample));
  if (hasNothing || samples.length < SHORTEST_SECONDS * sampleRate) return new Int32Array(0);
  const filled = hasGaps ? fillGaps(samples) : samples;
  const candidates = qrsCandidates(qrsEnvelope(filled, sampleRate), sampleRate);
  const beats = decide(candidates, sampleRate).map(({ sample }) => sample);
  const peaks = refineRPeaks(filled, { positions: beats, sampleRate });
  return hasGaps ? peaks.filter((peak) => !Number.isNaN(samples[peak]!)) : peaks;
}

/** A lead shorter than this has no whole heartbeat. */
const SHORTEST_SECONDS = 0.3;
const REFRACTORY_SECONDS = 0.2;
const T_WAVE_SECONDS = 0.36;
const LEARNING_SECONDS = 2;
/** A gap of this many mean RR intervals is searched again, with half the threshold. */
const SEARCH_BACK_RR = 1.66;

/** The adaptive levels of one signal: running estimates of a QRS peak and of a noise peak. */
interface Levels {
  signal: number;
  noise: number;
}

/** The candidates that are beats, in order of time. */
function decide(candidates: readonly QrsCandidate[], sampleRate: number): QrsCandidate[] {
  const level = firstLevels(candidates, sampleRate, (candidate) => candidate.level);
  const height = firstLevels(candidates, sampleRate, (candidate) => candidate.height);
  const rhythm = createRrAverage(sampleRate);
  const beats: QrsCandidate[] = [];
  /** Index of the first candidate after the last beat. */
  let open = 0;

  const exceeds = (candidate: QrsCandidate, share: number) =>
    candidate.level > share * threshold(level) && candidate.height > share * threshold(height);
  const follows = (candidate: QrsCandidate) => {
    const last = beats.at(-1);
    if (last === undefined) return true;
    const seconds = (candidate.sample - last.sample) / sampleRate;
    if (seconds < REFRACTORY_SECONDS) return false;
    return seconds >= T_WAVE_SECONDS || candidate.slope >= 0.5 * last.slope;
  };
  const accept = (index: number, weight: number) => {
    const beat = candidates[index]!;
    const last = beats.at(-1);
    if (last !== undefined) rhythm.add(beat.sample - last.sample);
    beats.push(beat);
    learnSignal(level, beat.level, weight);
    learnSignal(height, beat.height, weight);
    open = index + 1;
  };
  /** Accepts the largest overlooked candidates before `end`, as long as the gap there is too long for the rhythm. */
  const searchBack = (end: number) => {
    for (;;) {
      const gap = candidates[end]!.sample - (beats.at(-1)?.sample ?? 0);
      if (gap <= SEARCH_BACK_RR * rhythm.mean()) return;
      let best: number | undefined;
      for (let index = open; index < end; index++) {
        const candidate = candidates[index]!;
        if (!exceeds(candidate, 0.5) || !follows(candidate)) continue;
        if (best === undefined || candidate.level > candidates[best]!.level) best = index;
      }
      if (best === undefined) return;
      accept(best, 0.25);
    }
  };

  for (const [index, candidate] of candidates.entries()) {
    searchBack(index);
    if (exceeds(candidate, 1) && follows(candidate)) {
      accept(index, 0.125);
    } else {
      learnNoise(level, candidate.level);
      learnNoise(height, candidate.height);
    }
  }
  return beats;
}

/** No single peak counts for more than twice the usual one, so that an artefact hides the beats after it only briefly. */
function learnSignal(levels: Levels, peak: number, weight: number): void {
  levels.signal += weight * (Math.min(peak, 2 * levels.signal) - levels.signal);
}

function learnNoise(levels: Levels, peak: number): void {
  levels.noise += 0.125 * (Math.min(peak, levels.signal) - levels.noise);
}

function threshold({ signal, noise }: Levels): number {
  return noise + 0.25 * (signal - noise);
}

/**
 * Levels to begin with, from the learning phase: half the usual largest peak of two seconds, over the first eight
 * stretches of two seconds with anything in them (an artefact in one of them does no harm).
 */
function firstLevels(
  candidates: readonly QrsCandidate[],
  sampleRate: number,
  valueOf: (candidate: QrsCandidate) => number,
): Levels {
  const largest = new Map<number, number>();
  for (const candidate of candidates) {
    const stretch = Math.floor(candidate.sample / (LEARNING_SECONDS * sampleRate));
    if (!largest.has(stretch) && largest.size === 8) break;
    largest.set(stretch, Math.max(largest.get(stretch) ?? 0, valueOf(candidate)));
  }
  const ordered = [...largest.values()].sort((a, b) => a - b);
  const signal = 0.5 * (ordered[ordered.length >> 1] ?? 0);
  return { signal, noise: 0.25 * signal };
}
