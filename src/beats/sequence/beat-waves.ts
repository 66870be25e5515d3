import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { millivoltsPerUnit } from "../../core/millivolts.ts";
import type { Lead, Recording } from "../../core/recording.ts";
import { compilePipeline, fillGaps, pipelineSchema, resampleTo } from "../../signal/index.ts";
import { isUsableLead } from "../beat-preprocessing.ts";

/** How a recording becomes the waves that sequence features are measured on: plain data, for recipe and model card. */
export const wavePreprocessingSchema = z.strictObject({
  /** Hz; leads of another rate are resampled to it first. */
  sampleRate: z.number().min(100).max(1000).default(180),
  /** At most this many leads are read, the recording's first ones that are voltages. */
  leads: z.int().min(1).max(2).default(2),
  /** Lead names that are taken first, in this order, where the recording has them. */
  prefer: z.array(z.string()).default(["MLII", "II"]),
  /** Steps over the whole lead. */
  recording: pipelineSchema.default([{ step: "bandpass", lowHz: 0.5, highHz: 35, order: 2, zeroPhase: true }]),
});

export type WavePreprocessing = z.infer<typeof wavePreprocessingSchema>;

/** Seconds that each wave reaches before and after the R peak. */
export const waveSeconds = { before: 0.36, after: 0.46 } as const;

/** All beats of one recording, known beforehand: their times, and the waves around them. */
export interface BeatWaves {
  /** [beat], the R peaks in seconds, ascending. */
  readonly times: Float64Array;
  /** Hz, of the waves. */
  readonly sampleRate: number;
  /** Samples of a wave, and how many of them lie before the R peak. */
  readonly length: number;
  readonly before: number;
  /** For each lead [beat, sample], mV; one or two. */
  readonly leads: readonly Float32Array[];
  /** Their names. */
  readonly leadNames: readonly string[];
}

/**
 * Cuts all beats of a recording. Beyond its ends the first and the last sample go on, and gaps are bridged by straight
 * lines, so that every beat has a wave.
 * @param positions R peaks in samples at the recording's rate, ascending: all beats, whatever their class.
 * @throws UserError where the recording has no lead in volts with a valid sample, or positions do not ascend.
 */
export function cutWaves(
  recording: Recording,
  positions: ArrayLike<number>,
  preprocessing: WavePreprocessing,
): BeatWaves {
  const { sampleRate } = preprocessing;
  const before = Math.round(waveSeconds.before * sampleRate);
  const length = before + Math.round(waveSeconds.after * sampleRate) + 1;
  const times = Float64Array.from(positions, (position) => position / recording.sampleRate);
  for (let i = 1; i < times.length; i++) {
    if (!(times[i]! > times[i - 1]!)) {
      throw new UserError(
        `Cannot cut the beats of recording ${recording.id}: expected ascending R peaks, found ${positions[i]} after ${positions[i - 1]}.`,
      );
    }
  }
  const chosen = chooseLeads(recording, preprocessing);
  const pipeline = compilePipeline(preprocessing.recording, { sampleRate });
  const leads = chosen.map((lead) => {
    const millivolts = millivoltsPerUnit(lead.unit)!;
    const filled = lead.samples.some(Number.isNaN) ? fillGaps(lead.samples) : lead.samples;
    const resampled =
      lead.sampleRate === sampleRate ? filled : resampleTo(filled, { fromRate: lead.sampleRate, toRate: sampleRate });
    return cutLead(pipeline.run(resampled), { times, sampleRate, before, length, millivolts });
  });
  return { times, sampleRate, length, before, leads, leadNames: chosen.map((lead) => lead.name) };
}

function chooseLeads(recording: Recording, { leads, prefer }: WavePreprocessing): readonly Lead[] {
  const usable = recording.leads.filter(isUsableLead);
  const rank = ({ name }: Lead) => {
    const at = prefer.findIndex((each) => each.toUpperCase() === name.toUpperCase());
    return at < 0 ? prefer.length : at;
  };
  const found = usable.toSorted((a, b) => rank(a) - rank(b)).slice(0, leads);
  if (found.length === 0) {
    throw new UserError(
      `Cannot use recording ${recording.id}: expected a lead in V, mV or uV with valid samples, ` +
        `found ${recording.leads.map((lead) => `${lead.name} (${lead.unit})`).join(", ") || "no leads"}.`,
    );
  }
  return found;
}

interface CutOptions {
  readonly times: Float64Array;
  readonly sampleRate: number;
  readonly before: number;
  readonly length: number;
  readonly millivolts: number;
}

function cutLead(signal: Float32Array, { times, sampleRate, before, length, millivolts }: CutOptions): Float32Array {
  const waves = new Float32Array(times.length * length);
  const last = signal.length - 1;
  for (let beat = 0; beat < times.length; beat++) {
    const from = Math.round(times[beat]! * sampleRate) - before;
    for (let i = 0; i < length; i++) {
      waves[beat * length + i] = signal[Math.min(last, Math.max(0, from + i))]! * millivolts;
    }
  }
  return waves;
}
