import { z } from "zod";

import { UserError } from "../../../core/errors.ts";
import { addNoise } from "../../../signal/noise/ecg-noise.ts";
import { drawNoiseLevels } from "../../../signal/noise/noise-levels.ts";
import { addNoiseAt, variance } from "./add-noise.ts";
import {
  type AugmentationContext,
  defineAugmentation,
  drawBetween,
  drawSign,
  rangeSchema,
} from "./define-augmentation.ts";

/** Signal over noise, by variance within the row, each lead for itself; drawn once for a row. */
const decibels = rangeSchema.default([6, 24]);
/** Of the rows, Hz. */
const sampleRate = z.number().positive();

/** Noise, each lead at the row's ratio of signal to noise. */
export const noises = [
  /**
   * Recorded noise, such as the electrode motion `em`, the muscle `ma` and the baseline wander `bw` of the MIT-BIH Noise Stress
   * Test Database (Moody 1984): each lead gets a stretch of any track, from any place.
   */
  defineAugmentation(
    "recorded-noise",
    {
      decibels,
      sampleRate,
      /** Names of the records, as `provideNoise` finds them. */
      records: z.array(z.string()).min(1).default(["bw", "em", "ma"]),
      /** Samples at the rows' rate; `provideNoise` puts them in, for a recipe does not carry them. */
      tracks: z.array(z.custom<Float32Array>((value) => value instanceof Float32Array)).optional(),
    },
    (row, { decibels: range, tracks, records }, context) => {
      const { samples, random } = context;
      if (tracks === undefined || tracks.length === 0 || tracks.some((track) => track.length < samples)) {
        const found = tracks?.map((track) => track.length).join(", ") || "none";
        throw new UserError(
          `Cannot add recorded noise: expected tracks of ${records.join(", ")} with at least ${samples} samples, found ${found}.`,
        );
      }
      const ratio = drawBetween(range, random);
      for (const lead of leadsOf(row, context)) {
        const track = tracks[random.integer(tracks.length)]!;
        const from = random.integer(track.length - samples + 1);
        addNoiseAt(lead, track.subarray(from, from + samples), { decibels: ratio });
      }
    },
  ),

  /** White noise. */
  defineAugmentation("gaussian-noise", { decibels }, (row, { decibels: range }, context) => {
    const ratio = drawBetween(range, context.random);
    for (const lead of leadsOf(row, context)) {
      const deviation = Math.sqrt(variance(lead) / 10 ** (ratio / 10));
      for (let i = 0; i < lead.length; i++) lead[i] = lead[i]! + deviation * context.random.normal();
    }
  }),

  /** The hum of the mains, in phase in all leads. */
  defineAugmentation(
    "powerline",
    { decibels, sampleRate, frequencies: z.array(z.number().positive()).min(1).default([50, 60]) },
    (row, settings, context) => {
      const { samples, random } = context;
      const ratio = drawBetween(settings.decibels, random);
      const frequency = settings.frequencies[random.integer(settings.frequencies.length)]!;
      const phase = 2 * Math.PI * random.uniform();
      const step = (2 * Math.PI * frequency) / settings.sampleRate;
      const hum = new Float32Array(samples);
      for (let i = 0; i < samples; i++) hum[i] = Math.sin(phase + step * i);
      for (const lead of leadsOf(row, context)) addNoiseAt(lead, hum, { decibels: ratio });
    },
  ),

  /** Breath and drift: a few slow waves, the same in all leads but for their size and sign. */
  defineAugmentation(
    "baseline-wander",
    {
      decibels,
      sampleRate,
      /** Of the waves, Hz. */
      frequencies: rangeSchema.default([0.05, 0.5]),
      waves: z.int().min(1).max(16).default(3),
    },
    (row, settings, context) => {
      const { samples, random } = context;
      const ratio = drawBetween(settings.decibels, random);
      const wander = new Float32Array(samples);
      for (let wave = 0; wave < settings.waves; wave++) {
        const step = (2 * Math.PI * drawBetween(settings.frequencies, random)) / settings.sampleRate;
        const phase = 2 * Math.PI * random.uniform();
        const size = 0.2 + 0.8 * random.uniform();
        for (let i = 0; i < samples; i++) wander[i] = wander[i]! + size * Math.sin(phase + step * i);
      }
      for (const lead of leadsOf(row, context)) {
        const sign = drawSign(random);
        // Up to 6 dB weaker in some leads.
        addNoiseAt(lead, wander, { decibels: ratio + 6 * random.uniform(), sign });
      }
    },
  ),

  /** Everything that the synthetic dataset's electrodes pick up: baseline, mains, muscles, motion. */
  defineAugmentation("synthetic-noise", { decibels, sampleRate }, (row, settings, context) => {
    const { samples, random } = context;
    const ratio = drawBetween(settings.decibels, random);
    const levels = drawNoiseLevels(random);
    const [angle, period] = [2 * Math.PI * random.uniform(), 2.5 + 2.5 * random.uniform()];
    const seed = random.integer(2 ** 31);
    for (const [channel, lead] of leadsOf(row, context).entries()) {
      const noise = new Float64Array(samples);
      addNoise(noise, {
        random: random.fork(`${seed}/${channel}`),
        bodyRandom: random.fork(`${seed}/body`),
        levels,
        sampleRate: settings.sampleRate,
        breath: (seconds) => Math.sin(angle + (2 * Math.PI * seconds) / period),
        qrsSize: 1,
        factor: 1,
      });
      addNoiseAt(lead, Float32Array.from(noise), { decibels: ratio });
    }
  }),
] as const;

function leadsOf(row: Float32Array, { channels, samples }: AugmentationContext): Float32Array[] {
  return Array.from({ length: channels }, (_, channel) => row.subarray(channel * samples, (channel + 1) * samples));
}
