import { z } from "zod";

import { defineAugmentation, drawBetween, drawSign, rangeSchema } from "./define-augmentation.ts";

/** Changes of size and time. */
export const shapeChanges = [
  /** Multiplies by a factor, one for the row or each lead by its own. */
  defineAugmentation(
    "scaling",
    { factors: rangeSchema.default([0.8, 1.2]), per: z.enum(["row", "lead"]).default("lead") },
    (row, { factors, per }, { samples, random }) => {
      let factor = drawBetween(factors, random);
      for (let i = 0; i < row.length; i++) {
        if (per === "lead" && i > 0 && i % samples === 0) factor = drawBetween(factors, random);
        row[i] = factor * row[i]!;
      }
    },
  ),

  /** Turns the whole row upside down, as swapped electrodes do. */
  defineAugmentation("sign", {}, (row) => {
    for (let i = 0; i < row.length; i++) row[i] = -row[i]!;
  }),

  /** Moves the row by up to so many samples either way, repeating its edge. */
  defineAugmentation("shift", { samples: z.int().positive() }, (row, { samples: most }, { samples, random }) => {
    const offset = drawSign(random) * (1 + random.integer(most));
    for (let start = 0; start < row.length; start += samples) {
      const lead = row.subarray(start, start + samples);
      const edge = offset > 0 ? lead[samples - 1]! : lead[0]!;
      const kept = Math.max(0, samples - Math.abs(offset));
      lead.copyWithin(Math.max(0, -offset), Math.max(0, offset), Math.max(0, offset) + kept);
      if (offset > 0) lead.fill(edge, kept);
      else lead.fill(edge, 0, samples - kept);
    }
  }),

  /** Runs time faster here and slower there, alike in all leads; the first and the last sample stay in place. */
  defineAugmentation(
    "time-warp",
    {
      /** How far the speed goes from 1. */
      strength: z.number().positive().lt(1).default(0.1),
      /** Stretches over which the speed changes. */
      stretches: z.int().min(1).max(64).default(4),
    },
    (row, { strength, stretches }, { samples, random }) => {
      const speeds = Float64Array.from({ length: stretches + 1 }, () => 1 + strength * (2 * random.uniform() - 1));
      const places = new Float64Array(samples); // where each sample comes from
      for (let i = 1; i < samples; i++) {
        const at = ((i - 0.5) / (samples - 1)) * stretches;
        const before = Math.min(stretches - 1, Math.floor(at));
        places[i] = places[i - 1]! + speeds[before]! + (at - before) * (speeds[before + 1]! - speeds[before]!);
      }
      const scale = samples > 1 ? (samples - 1) / places[samples - 1]! : 0;
      const old = row.slice();
      for (let start = 0; start < row.length; start += samples) {
        for (let i = 0; i < samples; i++) {
          const place = places[i]! * scale;
          const left = Math.min(samples - 1, Math.floor(place));
          const right = Math.min(samples - 1, left + 1);
          const value = old[start + left]!;
          row[start + i] = value + (place - left) * (old[start + right]! - value);
        }
      }
    },
  ),

  /** Zeros whole leads, each with a chance; never all of them. */
  defineAugmentation("lead-dropout", { share: z.number().positive().lt(1).default(0.2) }, (row, { share }, context) => {
    const { channels, samples, random } = context;
    const kept = random.integer(channels);
    for (let channel = 0; channel < channels; channel++) {
      const drops = random.uniform() < share;
      if (drops && channel !== kept) row.fill(0, channel * samples, (channel + 1) * samples);
    }
  }),

  /** Zeros stretches of time in all leads. */
  defineAugmentation(
    "time-mask",
    {
      /** Of the row, each stretch. */
      share: rangeSchema.refine(([low, high]) => low >= 0 && high < 1).default([0, 0.2]),
      masks: z.int().min(1).max(64).default(1),
    },
    (row, { share, masks }, { samples, random }) => {
      for (let mask = 0; mask < masks; mask++) {
        const length = Math.round(drawBetween(share, random) * samples);
        const from = random.integer(samples - length + 1);
        for (let start = 0; start < row.length; start += samples) row.fill(0, start + from, start + from + length);
      }
    },
  ),
] as const;
