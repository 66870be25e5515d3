import type { Random } from "../../core/random.ts";
import type { BeatWaves } from "./beat-waves.ts";
import { intervalsOf } from "./references.ts";

/**
 * The same recording with some of its beats only, as if the others had not been: each kept beat keeps its wave and its
 * interval to the beat that came before it, and time is closed up.
 * @param kept ascending.
 */
export function keepBeats(waves: BeatWaves, kept: readonly number[]): BeatWaves {
  const { length } = waves;
  const { previous } = intervalsOf(waves.times);
  const times = new Float64Array(kept.length);
  let time = 0;
  kept.forEach((beat, i) => {
    time += previous[beat]!;
    times[i] = time;
  });
  const leads = waves.leads.map((values) => {
    const own = new Float32Array(kept.length * length);
    kept.forEach((beat, i) => own.set(values.subarray(beat * length, (beat + 1) * length), i * length));
    return own;
  });
  return { ...waves, times, leads };
}

/** The beats of a piece of 150 to 400 seconds that begins anywhere. */
export function drawPiece({ times }: BeatWaves, random: Random): number[] {
  const seconds = 150 + 250 * random.uniform();
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  const from = first + random.uniform() * Math.max(0, last - first - seconds);
  return [...times.keys()].filter((beat) => times[beat]! >= from && times[beat]! < from + seconds);
}

/**
 * The beats that remain when most others between ectopic ones are taken out, so that ectopic beats become many or the
 * majority: of the beats between two ectopic ones all go with a probability that is drawn for the recording, from .3 to
 * .9; otherwise the one after the pause stays, and at times the last one before the next ectopic beat.
 * @param ectopic [beat], 1 where it is.
 */
export function drawMajority(ectopic: ArrayLike<number>, random: Random): number[] {
  const without = 0.3 + 0.6 * random.uniform();
  const kept: number[] = [];
  for (let from = 0; from < ectopic.length;) {
    if (ectopic[from] === 1) {
      kept.push(from++);
      continue;
    }
    let to = from;
    while (to < ectopic.length && ectopic[to] !== 1) to++;
    if (random.uniform() >= without) {
      kept.push(from);
      if (to - from > 1 && random.uniform() < 0.3) kept.push(to - 1);
    }
    from = to;
  }
  return kept;
}
