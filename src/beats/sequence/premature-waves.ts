import type { Random } from "../../core/random.ts";
import type { BeatWaves } from "./beat-waves.ts";
import { localQuantiles } from "./local-statistics.ts";
import { reachBefore, tailBefore } from "./overlap.ts";
import { intervalsOf } from "./references.ts";
import { regionsOf } from "./wave-shapes.ts";

/** A recording with simulated premature beats, and which they are. */
export interface PrematureWaves {
  readonly waves: BeatWaves;
  /** [beat], 1 where it was made to come early. */
  readonly premature: Uint8Array;
}

/** How an atrial focus fires, drawn for a recording; intervals as shares of the usual one around. */
interface Focus {
  readonly interval: number;
  readonly spread: number;
  /** To the beat after. */
  readonly pause: number;
  /** Its P wave's height over the sinus node's, upside down where negative, and how much later it comes, samples. */
  readonly height: number;
  readonly lag: number;
  /** Chances: of any beat, of one after a premature one, of one after a premature and a normal one. */
  readonly any: number;
  readonly run: number;
  readonly second: number;
}

/**
 * The same recording as if an atrial focus fired at times: some beats come early, alone, in runs or every second one, with
 * another P wave on what is left of the T wave of the beat before, and the sinus node begins again after them. Few patients
 * in a training set have supraventricular ectopic beats; a net that knows only theirs learns who they are.
 * @param changed [beat], 1 for beats that may become premature: normal ones conducted from the atria.
 */
export function prematureWaves(waves: BeatWaves, changed: ArrayLike<number>, random: Random): PrematureWaves {
  const focus = drawFocus(waves, random);
  const { intervals, premature } = drawPremature(waves, { changed, focus, random });
  const times = new Float64Array(intervals.length);
  let time = 0;
  intervals.forEach((interval, beat) => (times[beat] = time += interval));
  const shifts = intervals.map((interval) => Math.round(interval * waves.sampleRate));
  const leads = waves.leads.map((values) => movePremature(waves, { values, premature, shifts, focus }));
  return { waves: { ...waves, times, leads }, premature };
}

function drawFocus({ sampleRate }: BeatWaves, random: Random): Focus {
  return {
    interval: 0.55 + 0.3 * random.uniform(),
    spread: 0.02 + 0.05 * random.uniform(),
    pause: 0.95 + 0.25 * random.uniform(),
    height: -1 + 1.6 * random.uniform(),
    lag: Math.round((random.uniform() - 0.5) * 0.1 * sampleRate),
    any: 0.01 * 10 ** random.uniform(),
    run: random.uniform() < 0.5 ? 0 : 0.7 * random.uniform(),
    second: random.uniform() < 0.5 ? 0 : 0.9 * random.uniform(),
  };
}

interface DrawOptions {
  readonly changed: ArrayLike<number>;
  readonly focus: Focus;
  readonly random: Random;
}

/** Which beats come early, and all intervals, seconds. */
function drawPremature({ times }: BeatWaves, { changed, focus, random }: DrawOptions) {
  const { previous } = intervalsOf(times);
  const [usual] = localQuantiles(previous, { reach: 5, shares: [0.5] }) as [Float64Array];
  const premature = new Uint8Array(times.length);
  const intervals = previous.slice();
  for (let beat = 2; beat < times.length - 1; beat++) {
    if (changed[beat] !== 1 || changed[beat - 1] !== 1 || changed[beat + 1] !== 1) continue;
    const follows = premature[beat - 1] === 1;
    const alternates = premature[beat - 2] === 1 && !follows;
    const chance = follows ? focus.run : alternates ? Math.max(focus.any, focus.second) : focus.any;
    if (random.uniform() >= chance) continue;
    const interval = usual[beat]! * Math.max(0.4, focus.interval + focus.spread * random.normal());
    // Earlier there is no conduction; later the beat is not early.
    if (interval < 0.3 || interval > 0.92 * usual[beat]!) continue;
    premature[beat] = 1;
    intervals[beat] = interval;
    intervals[beat + 1] = usual[beat]! * (focus.pause + 0.03 * random.normal());
  }
  return { intervals, premature };
}

interface MoveOptions {
  /** [beat, sample] */
  readonly values: Float32Array;
  readonly premature: Uint8Array;
  /** [beat], samples from the beat before. */
  readonly shifts: Float64Array;
  readonly focus: Focus;
}

/** One lead's waves with the premature beats' own P waves, T waves that run into them, and early beats at their neighbours' ends. */
function movePremature(waves: BeatWaves, { values, premature, shifts, focus }: MoveOptions): Float32Array {
  const { length } = waves;
  const end = regionsOf(waves).p.to;
  const result = values.slice();
  for (let beat = 1; beat < premature.length; beat++) {
    if (premature[beat] !== 1) continue;
    const own = beat * length;
    const meeting = { beat, length, shift: shifts[beat]! };
    const [first, last] = [values[own]!, values[own + end]!];
    const line = (i: number) => first + ((last - first) * i) / end;
    for (let i = 0; i < end; i++) {
      const from = Math.max(0, Math.min(end, i - focus.lag));
      result[own + i] = line(i) + focus.height * (values[own + from]! - line(from)) + tailBefore(result, meeting, i);
    }
    reachBefore(result, meeting);
  }
  return result;
}
