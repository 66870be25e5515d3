import type { Random } from "../../core/random.ts";
import type { Lead, Recording } from "../../core/recording.ts";
import { addNoise } from "../../signal/noise/ecg-noise.ts";
import type { NoiseLevels } from "../../signal/noise/noise-levels.ts";
import { drawEpisodes } from "./episodes.ts";
import { median } from "./local-statistics.ts";

/**
 * The same recording as if electrodes moved and muscles tensed in some of it: episodes of simulated noise over 20 to 70 %
 * of the time, all leads at once, in ten-second steps. A beat that looks strange is then not always an ectopic one.
 * @param positions R peaks in samples at the recording's rate; without any there is no QRS to measure noise against, and
 * the recording stays as it is.
 */
export function addNoiseEpisodes(recording: Recording, positions: ArrayLike<number>, random: Random): Recording {
  if (positions.length === 0) return recording;
  const seconds = recording.sampleCount / recording.sampleRate;
  const inside = drawEpisodes(Math.ceil(seconds / step), random);
  const levels = drawLevels(random.fork("levels"));
  const breaths = 0.15 + 0.25 * random.uniform();
  const leads = recording.leads.map((lead, index): Lead => {
    const qrsSize = usualQrs(lead, { positions, sampleRate: recording.sampleRate });
    const noise = new Float64Array(lead.samples.length);
    addNoise(noise, {
      random: random.fork(`lead/${index}`),
      bodyRandom: random.fork("body"),
      levels: inUnitsOf(qrsSize, levels),
      sampleRate: lead.sampleRate,
      breath: (time) => Math.sin(2 * Math.PI * breaths * time),
      qrsSize,
      factor: 1,
    });
    const samples = lead.samples.map((value, i) => {
      const within = inside[Math.floor(i / lead.sampleRate / step)] === 1;
      return within ? value + noise[i]! : value;
    });
    return { ...lead, samples };
  });
  return { ...recording, leads };
}

/** Seconds. */
const step = 10;

/** Sizes as shares of the QRS, from hardly seen to larger than it. */
function drawLevels(random: Random): NoiseLevels {
  return {
    muscleDecibels: 24 * random.uniform(),
    breath: 0.4 * random.uniform(),
    drift: 0.6 * random.uniform(),
    mains: 0,
    mainsFrequency: 60,
    motionPerMinute: 24 * random.uniform() ** 2,
    motion: 0.2 + random.uniform(),
  };
}

function inUnitsOf(qrsSize: number, levels: NoiseLevels): NoiseLevels {
  const { breath, drift, motion } = levels;
  return { ...levels, breath: breath * qrsSize, drift: drift * qrsSize, motion: motion * qrsSize };
}

/** Median of the lead's peak-to-peak values within 50 ms of R, in its own unit; 0 where it shows nothing. Of some 500 beats. */
function usualQrs(
  { samples, sampleRate: rate }: Lead,
  { positions, sampleRate }: { readonly positions: ArrayLike<number>; readonly sampleRate: number },
): number {
  const reach = Math.round(0.05 * rate);
  const sizes: number[] = [];
  const every = Math.max(1, Math.floor(positions.length / 500));
  for (let beat = 0; beat < positions.length; beat += every) {
    const at = Math.round((positions[beat]! / sampleRate) * rate);
    let [low, high] = [Infinity, -Infinity];
    for (let i = Math.max(0, at - reach); i <= Math.min(samples.length - 1, at + reach); i++) {
      // Comparisons with a gap's NaN are false.
      if (samples[i]! < low) low = samples[i]!;
      if (samples[i]! > high) high = samples[i]!;
    }
    if (high > low) sizes.push(high - low);
  }
  return sizes.length === 0 ? 0 : median(sizes);
}
