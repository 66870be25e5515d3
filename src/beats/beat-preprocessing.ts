import { z } from "zod";

import { UserError } from "../core/errors.ts";
import { millivoltsPerUnit } from "../core/millivolts.ts";
import type { Lead, Recording } from "../core/recording.ts";
import { compilePipeline, fillGaps, pipelineSchema, resampleTo } from "../signal/index.ts";

/**
 * How a recording becomes beat windows: plain data that a recipe states, the training applies, and the model card
 * carries, so that the three cannot drift apart.
 */
export const beatPreprocessingSchema = z.strictObject({
  /** Hz; a lead of another rate is resampled to it first. */
  sampleRate: z.number().positive(),
  /** Lead names that will do, the best first. */
  leads: z.array(z.string()).min(1),
  /** Steps over the whole lead. */
  recording: pipelineSchema,
  /** The window reaches from R − `before` up to, not including, R + `after`, in samples at `sampleRate`. */
  window: z.strictObject({ before: z.int().nonnegative(), after: z.int().positive() }),
  /** Steps over each window. */
  beat: pipelineSchema,
});

export type BeatPreprocessing = z.infer<typeof beatPreprocessingSchema>;

/** Beat windows of one recording. */
export interface BeatWindows {
  /** [beat, sample], only the beats that were kept. */
  readonly windows: Float32Array;
  /** Samples per window. */
  readonly length: number;
  /** Which of the positions were kept, ascending. */
  readonly kept: Int32Array;
  /** Beats left out because their window leaves the recording, or touches a gap in the signal. */
  readonly dropped: { readonly boundary: number; readonly gap: number };
  /** The lead that was used. */
  readonly lead: string;
}

/** The number of samples that a window has after the beat steps. */
export function beatWindowLength(preprocessing: BeatPreprocessing): number {
  const { before, after } = preprocessing.window;
  const pipeline = compilePipeline(preprocessing.beat, { sampleRate: preprocessing.sampleRate });
  return pipeline.run(Float32Array.from({ length: before + after }, (_, i) => i % 7)).length;
}

/**
 * Cuts a window around each R peak, in mV.
 * @param positions R peaks in samples at the recording's rate, ascending.
 * @throws UserError where the recording has none of the leads, or the lead is no voltage or has no valid sample.
 */
export function cutBeats(
  recording: Recording,
  positions: ArrayLike<number>,
  preprocessing: BeatPreprocessing,
): BeatWindows {
  const lead = chooseLead(recording, preprocessing.leads);
  const { samples: filled, invalidBefore } = fillInvalid(inMillivolts(lead));
  const { sampleRate } = preprocessing;
  const resampled =
    lead.sampleRate === sampleRate ? filled : resampleTo(filled, { fromRate: lead.sampleRate, toRate: sampleRate });
  const signal = compilePipeline(preprocessing.recording, { sampleRate }).run(resampled);
  const beatPipeline = compilePipeline(preprocessing.beat, { sampleRate });
  const { before, after } = preprocessing.window;
  const toTarget = sampleRate / recording.sampleRate;
  const toLead = lead.sampleRate / sampleRate;

  const length = beatWindowLength(preprocessing);
  const windows = new Float32Array(positions.length * length);
  const kept: number[] = [];
  let boundary = 0;
  let gap = 0;
  for (let i = 0; i < positions.length; i++) {
    const peak = Math.round(positions[i]! * toTarget);
    const from = peak - before;
    const to = peak + after;
    if (from < 0 || to > signal.length) {
      boundary++;
      continue;
    }
    if (invalidBefore !== undefined) {
      const last = invalidBefore.length - 1;
      const firstRaw = Math.min(last, Math.floor(from * toLead));
      const endRaw = Math.min(last, Math.ceil(to * toLead));
      if (invalidBefore[endRaw]! > invalidBefore[firstRaw]!) {
        gap++;
        continue;
      }
    }
    windows.set(beatPipeline.run(signal.subarray(from, to)), kept.length * length);
    kept.push(i);
  }
  return {
    windows: kept.length === positions.length ? windows : windows.slice(0, kept.length * length),
    length,
    kept: Int32Array.from(kept),
    dropped: { boundary, gap },
    lead: lead.name,
  };
}

/**
 * The first of `names` that the recording has.
 * @throws UserError where it has none of them, or the one found is no voltage or has no valid sample.
 */
export function chooseLead(recording: Recording, names: readonly string[]): Lead {
  for (const name of names) {
    const lead = recording.leads.find((candidate) => candidate.name.toUpperCase() === name.toUpperCase());
    if (lead === undefined) continue;
    checkUsable(lead, recording);
    return lead;
  }
  throw new UserError(
    `Cannot use recording ${recording.id}: expected lead ${names.join(" or ")}, ` +
      `found ${recording.leads.map((lead) => lead.name).join(", ") || "no leads"}.`,
  );
}

/** Refuses a lead that is no voltage, or has nothing but gaps. */
function checkUsable({ name, unit, samples }: Lead, { id }: Recording): void {
  const what = `Cannot use lead ${name} of recording ${id}`;
  if (millivoltsPerUnit(unit) === undefined) {
    throw new UserError(`${what}: expected a voltage in V, mV or uV, found ${unit}.`);
  }
  if (samples.length > 0 && samples.every(Number.isNaN)) {
    throw new UserError(`${what}: expected valid samples, found ${samples.length} invalid ones.`);
  }
}

/** A lead's samples in the unit that windows are in. */
export function inMillivolts({ unit, samples }: Lead): Float32Array {
  const millivolts = millivoltsPerUnit(unit) ?? 1;
  return millivolts === 1 ? samples : samples.map((value) => value * millivolts);
}

/** Gaps bridged by straight lines, and how many samples before each one were invalid; absent where none is. */
function fillInvalid(samples: Float32Array): { samples: Float32Array; invalidBefore: Int32Array | undefined } {
  if (!samples.some(Number.isNaN)) return { samples, invalidBefore: undefined };
  const invalidBefore = new Int32Array(samples.length + 1);
  for (let i = 0; i < samples.length; i++) {
    invalidBefore[i + 1] = invalidBefore[i]! + (Number.isNaN(samples[i]!) ? 1 : 0);
  }
  return { samples: fillGaps(samples), invalidBefore };
}
