import type { Random } from "../../core/random.ts";
import type { BeatWaves } from "./beat-waves.ts";
import { median } from "./local-statistics.ts";
import { reachBefore, tailBefore } from "./overlap.ts";
import { intervalsOf } from "./references.ts";
import { heightOf, regionsOf, waveOf } from "./wave-shapes.ts";

/**
 * The same recording as if the atria fibrillated: intervals that follow no pattern, and in place of P waves a straight
 * line, what the T wave before leaves there where the beat comes soon after it, and small waves of 4 to 9 Hz (Bollmann et
 * al. 2006) that go on from beat to beat. Few patients in a training set have atrial fibrillation; without more of it a
 * net takes its irregular beats for early ones.
 * @param changed [beat], 1 for beats conducted from the atria; the others keep their own interval and wave.
 */
export function fibrillateWaves(waves: BeatWaves, changed: ArrayLike<number>, random: Random): BeatWaves {
  const { previous } = intervalsOf(waves.times);
  const intervals = drawIntervals(previous, { changed, random });
  const times = new Float64Array(intervals.length);
  let time = 0;
  intervals.forEach((interval, beat) => (times[beat] = time += interval));
  const shifts = intervals.map((interval) => Math.round(interval * waves.sampleRate));
  const atria = drawAtria(random);
  const leads = waves.leads.map((values) => {
    const height = usualHeight(waves, values);
    const own = { ...atria, size: atria.size * (0.5 + random.uniform()) * height, phase: turn * random.uniform() };
    return fibrillateLead({ ...waves, times }, { values, changed, shifts, atria: own });
  });
  return { ...waves, times, leads };
}

const turn = 2 * Math.PI;

interface IntervalOptions {
  readonly changed: ArrayLike<number>;
  readonly random: Random;
}

/** Seconds; 0.3 at least where drawn, since the atrioventricular node needs its rest. */
function drawIntervals(previous: Float64Array, { changed, random }: IntervalOptions): Float64Array {
  const usual = median(previous) * (0.6 + 0.5 * random.uniform());
  const spread = 0.1 + 0.2 * random.uniform();
  return previous.map((interval, beat) => {
    const drawn = Math.max(0.3, usual * Math.exp(spread * random.normal()));
    return changed[beat] === 1 ? drawn : interval;
  });
}

/** Fibrillatory waves of a recording. */
interface Atria {
  /** Share of the QRS's height. */
  readonly size: number;
  /** Hz. */
  readonly frequency: number;
  /** The first harmonic's share: the waves are saw teeth rather than sines. */
  readonly harmonic: number;
  /** Turns by which they run ahead and fall behind, and how fast, rad / s. */
  readonly wander: number;
  readonly wandering: number;
}

/** The same as one lead sees them. */
interface LeadAtria extends Atria {
  /** Millivolts. */
  readonly size: number;
  readonly phase: number;
}

function drawAtria(random: Random): Atria {
  return {
    size: 0.005 * 15 ** random.uniform(),
    frequency: 4 + 5 * random.uniform(),
    harmonic: 0.6 * random.uniform(),
    wander: 0.1 + 0.4 * random.uniform(),
    wandering: 0.5 + 2 * random.uniform(),
  };
}

function usualHeight(waves: BeatWaves, values: Float32Array): number {
  const { qrs } = regionsOf(waves);
  const heights = Array.from(waves.times, (_, beat) => heightOf(waveOf({ values, length: waves.length }, beat), qrs));
  return heights.length === 0 ? 0 : median(heights);
}

interface LeadOptions {
  /** [beat, sample] */
  readonly values: Float32Array;
  readonly changed: ArrayLike<number>;
  /** [beat], samples from the beat before. */
  readonly shifts: Float64Array;
  readonly atria: LeadAtria;
}

function fibrillateLead(waves: BeatWaves, { values, changed, shifts, atria }: LeadOptions): Float32Array {
  const { times, length, before, sampleRate } = waves;
  const end = regionsOf(waves).p.to;
  const result = values.slice();
  for (let beat = 0; beat < times.length; beat++) {
    if (changed[beat] !== 1) continue;
    const own = beat * length;
    const meeting = { beat, length, shift: shifts[beat]! };
    const [first, last] = [values[own]!, values[own + end]!];
    for (let i = 0; i < length; i++) {
      const fibrillation = fibrillationAt(times[beat]! + (i - before) / sampleRate, atria);
      const rest = i < end ? first + ((last - first) * i) / end + tailBefore(values, meeting, i) : values[own + i]!;
      result[own + i] = rest + fibrillation;
    }
    reachBefore(result, meeting);
  }
  return result;
}

/** Millivolts; they wax and wane. */
function fibrillationAt(seconds: number, { size, frequency, harmonic, wander, wandering, phase }: LeadAtria) {
  const angle = turn * (frequency * seconds + wander * Math.sin(wandering * seconds + phase)) + phase;
  const swell = 1 + 0.5 * Math.sin(1.7 * seconds + 2 * phase) + 0.3 * Math.sin(0.61 * seconds + phase);
  return size * swell * (Math.sin(angle) + harmonic * Math.sin(2 * angle));
}
