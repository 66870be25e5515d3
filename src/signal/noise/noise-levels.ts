import type { Random } from "../../core/random.ts";

/** How noisy a person's recording is. */
export interface NoiseLevels {
  /** Muscle noise against the QRS, decibels: (peak to peak)² / 8 over the noise power, as the Noise Stress Test has it. */
  readonly muscleDecibels: number;
  /** Drift of the baseline with breath, and at random below 0.7 Hz; millivolts. */
  readonly breath: number;
  readonly drift: number;
  /** Mains hum: amplitude in millivolts, 50 or 60 Hz. */
  readonly mains: number;
  readonly mainsFrequency: 50 | 60;
  /** Artefacts from moving electrodes: how many a minute, and how large in millivolts. */
  readonly motionPerMinute: number;
  readonly motion: number;
}

export function drawNoiseLevels(random: Random): NoiseLevels {
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  return {
    muscleDecibels: between(12, 32),
    breath: between(0.02, 0.14),
    drift: between(0.03, 0.18),
    mains: 0.03 * random.uniform() ** 3,
    mainsFrequency: random.uniform() < 0.5 ? 50 : 60,
    motionPerMinute: 1.6 * random.uniform() ** 2,
    motion: between(0.2, 1),
  };
}
