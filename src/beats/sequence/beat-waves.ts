import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { millivoltsPerUnit } from "../../core/millivolts.ts";
import type { Lead, Recording } from "../../core/recording.ts";
import { compilePipeline, pipelineSchema, resampleTo } from "../../signal/index.ts";
import { checkPositions } from "../check-positions.ts";
import { bridgeGaps } from "../lead-gaps.ts";
import { describeLead, isFlatLead, isUsableLead, missingShare } from "../usable-leads.ts";
import { type VisibleBeats, visibleBeats } from "./visible-beats.ts";

/** How a recording becomes the waves that sequence features are measured on: plain data, for recipe and model card. */
export const wavePreprocessingSchema = z.strictObject({
  /** Hz; leads of another rate are resampled to it first. */
  sampleRate: z.number().min(100).max(1000).default(180),
  /** At most this many leads are read, the recording's first ECG leads that are voltages and not flat. */
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

/** The waves of a recording's beats, and which beats they are. */
export interface CutWaves extends BeatWaves, Pick<VisibleBeats, "kept" | "dropped"> {}

/**
 * Cuts the beats of a recording. A wave goes on with the first and the last sample beyond the recording's ends, so that the
 * first and the last beat have one. A beat outside the recording, on a gap or on a flat line shows nothing: it is left out, and neither it
 * nor its interval is part of any statistics.
 * @param positions R peaks in samples at the recording's rate, ascending: all beats, whatever their class.
 * @throws UserError where the recording has no ECG lead in volts that shows anything, or positions do not ascend.
 */
export function cutWaves(
  recording: Recording,
  positions: ArrayLike<number>,
  preprocessing: WavePreprocessing,
): CutWaves {
  checkPositions(recording, positions, { ascending: true });
  const { sampleRate } = preprocessing;
  const before = Math.round(waveSeconds.before * sampleRate);
  const length = before + Math.round(waveSeconds.after * sampleRate) + 1;
  const chosen = chooseSequenceLeads(recording, preprocessing);
  const bridged = chosen.map((lead) => ({ sampleRate: lead.sampleRate, ...bridgeGaps(lead.samples) }));
  const times = Float64Array.from(positions, (position) => position / recording.sampleRate);
  const visible = visibleBeats(times, { leads: bridged, sampleRate, length, before });
  const ownTimes = Float64Array.from(visible.kept, (beat) => times[beat]!);

  const pipeline = compilePipeline(preprocessing.recording, { sampleRate });
  const leads = bridged.map(({ samples, sampleRate: fromRate }, lead) => {
    const millivolts = millivoltsPerUnit(chosen[lead]!.unit)!;
    const resampled = fromRate === sampleRate ? samples : resampleTo(samples, { fromRate, toRate: sampleRate });
    return cutLead(pipeline.run(resampled), { times: ownTimes, sampleRate, before, length, millivolts });
  });
  return { ...visible, sampleRate, length, before, leads, leadNames: chosen.map((lead) => lead.name) };
}

/**
 * The leads that waves are cut from, the best first. One that misses more than half of its samples would cost most beats: it
 * is read only where all do.
 * @throws UserError where there is none.
 */
export function chooseSequenceLeads(
  recording: Recording,
  { leads, prefer }: Pick<WavePreprocessing, "leads" | "prefer">,
): readonly Lead[] {
  const usable = recording.leads.filter(isSequenceLead);
  if (usable.length === 0) {
    throw new UserError(
      `Cannot use recording ${recording.id}: expected an ECG lead in V, mV or uV that is not flat, ` +
        `found ${recording.leads.map(describeLead).join(", ") || "no leads"}.`,
    );
  }
  const mostlyThere = usable.filter((lead) => missingShare(lead) <= 0.5);
  const rank = ({ name }: Lead) => {
    const at = prefer.findIndex((each) => each.toUpperCase() === name.toUpperCase());
    return at < 0 ? prefer.length : at;
  };
  return (mostlyThere.length > 0 ? mostlyThere : usable).toSorted((a, b) => rank(a) - rank(b)).slice(0, leads);
}

/** Whether beats in sequence can be read from a lead: an ECG's, in volts, that shows anything. */
export function isSequenceLead(lead: Lead): boolean {
  return isUsableLead(lead) && !isFlatLead(lead);
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
