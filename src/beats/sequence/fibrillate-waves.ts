import type { Random } from "../../core/random.ts";
import type { BeatWaves } from "./beat-waves.ts";
import { median } from "./local-statistics.ts";
import { intervalsOf } from "./references.ts";
import { heightOf, regionsOf, waveOf } from "./wave-shapes.ts";

/**
 * The same recording as if the atria fibrillated: intervals that follow no pattern, and in place of P waves a straight
 * line with small waves of 4 to 9 Hz (Bollmann et al. 2006) that go on from beat to beat. Few patients in a training set
 * have atrial fibrillation; without more of it a net takes its irregular beats for early ones.
 * @param changed [beat], 1 for beats conducted from the atria; the others keep their own interval and wave.
 */
export function fibrillateWaves(waves: BeatWaves, changed: ArrayLike<number>, random: Random): BeatWaves {
  const { times, length, before, sampleRate } = waves;
  const { previous } = intervalsOf(times);
  const usual = median(previous) * (0.65 + 0.45 * random.uniform());
  const spread = 0.12 + 0.16 * random.uniform();
  const own = new Float64Array(times.length);
  let time = 0;
  for (let beat = 0; beat < times.length; beat++) {
    const drawn = Math.max(0.3, usual * Math.exp(spread * random.normal()));
    time += changed[beat] === 1 ? drawn : previous[beat]!;
    own[beat] = time;
  }
  const { p, qrs } = regionsOf(waves);
  const cycles = 4 + 5 * random.uniform();
  const leads = waves.leads.map((values) => {
    const result = values.slice();
    const heights = Array.from(own, (_, beat) => heightOf(waveOf({ values, length }, beat), qrs));
    const size = (0.02 + 0.06 * random.uniform()) * (heights.length === 0 ? 0 : median(heights));
    const phase = 2 * Math.PI * random.uniform();
    for (let beat = 0; beat < own.length; beat++) {
      if (changed[beat] !== 1) continue;
      const wave = waveOf({ values: result, length }, beat);
      const [first, last] = [wave[0]!, wave[p.to]!];
      for (let i = 0; i < p.to; i++) {
        const seconds = own[beat]! + (i - before) / sampleRate;
        const line = first + ((last - first) * i) / p.to;
        // Fibrillatory waves wax and wane.
        const swell = 1 + 0.5 * Math.sin(1.7 * seconds + 2 * phase);
        wave[i] = line + size * swell * Math.sin(2 * Math.PI * cycles * seconds + phase);
      }
    }
    return result;
  });
  return { ...waves, times: own, leads };
}

/** Beats in which the atria fibrillate for a while, [beat] 0 or 1: one to three episodes over 20 to 70 % of them, less where they overlap. */
export function drawEpisodes(count: number, random: Random): Uint8Array {
  const inside = new Uint8Array(count);
  const episodes = 1 + Math.floor(3 * random.uniform());
  const length = Math.round((count * (0.2 + 0.5 * random.uniform())) / episodes);
  for (let episode = 0; episode < episodes; episode++) {
    const from = Math.floor(random.uniform() * (count - length));
    inside.fill(1, from, from + length);
  }
  return inside;
}
