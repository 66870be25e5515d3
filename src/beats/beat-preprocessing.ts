import { z } from "zod";

import { UserError } from "../core/errors.ts";
import { millivoltsPerUnit } from "../core/millivolts.ts";
import type { Lead, Recording } from "../core/recording.ts";
import { compilePipeline, pipelineSchema, resampleTo } from "../signal/index.ts";
import { checkPositions } from "./check-positions.ts";
import { type BridgedSamples, bridgeGaps, touchesGap } from "./lead-gaps.ts";
import { isUsableLead } from "./usable-leads.ts";

/**
 * How a recording becomes beat windows: plain data that a recipe states, the training applies, and the model card
 * carries, so that the three cannot drift apart.
 */
export const beatPreprocessingSchema = z.strictObject({
  /** Hz; a lead of another rate is resampled to it first. */
  sampleRate: z.number().positive(),
  /** Lead names that will do, the best first. */
  leads: z.array(z.string()).min(1),
  /** Leads of a window: the one above, and the recording's other voltages in their order; one where absent. */
  leadCount: z.int().min(1).max(12).optional(),
  /** Steps over each whole lead. */
  recording: pipelineSchema,
  /** The window reaches from R − `before` up to, not including, R + `after`, in samples at `sampleRate`. */
  window: z.strictObject({ before: z.int().nonnegative(), after: z.int().positive() }),
  /** Steps over each lead's window. */
  beat: pipelineSchema,
});

export type BeatPreprocessing = z.infer<typeof beatPreprocessingSchema>;

/** Beat windows of one recording. */
export interface BeatWindows {
  /** [beat, lead, sample], only the beats that were kept. */
  readonly windows: Float32Array;
  /** Samples per window and lead. */
  readonly length: number;
  /** Which of the positions were kept, ascending. */
  readonly kept: Int32Array;
  /** Beats left out because their window leaves the recording, or touches a gap in the signal. */
  readonly dropped: { readonly boundary: number; readonly gap: number };
  /** The leads that were used, by name. */
  readonly leads: readonly string[];
}

/** The number of samples that a window has after the beat steps. */
export function beatWindowLength(preprocessing: BeatPreprocessing): number {
  const { before, after } = preprocessing.window;
  const pipeline = compilePipeline(preprocessing.beat, { sampleRate: preprocessing.sampleRate });
  return pipeline.run(Float32Array.from({ length: before + after }, (_, i) => i % 7)).length;
}

/** Leads and samples of a window. */
export function beatWindowShape(preprocessing: BeatPreprocessing): { channels: number; samples: number } {
  return { channels: preprocessing.leadCount ?? 1, samples: beatWindowLength(preprocessing) };
}

/**
 * Cuts a window around each R peak, in mV.
 * @param positions R peaks in samples at the recording's rate, ascending.
 * @throws UserError where the recording has none of the leads or too few, or one of them is no voltage or has no valid sample, or a
 * position is no number.
 */
export function cutBeats(
  recording: Recording,
  positions: ArrayLike<number>,
  preprocessing: BeatPreprocessing,
): BeatWindows {
  checkPositions(recording, positions, { ascending: false });
  const leads = chooseLeads(recording, preprocessing);
  const signals = leads.map((lead) => prepareLead(lead, preprocessing));
  const { sampleRate } = preprocessing;
  const beatPipeline = compilePipeline(preprocessing.beat, { sampleRate });
  const { before, after } = preprocessing.window;
  const toTarget = sampleRate / recording.sampleRate;

  const length = beatWindowLength(preprocessing);
  const size = leads.length * length;
  const windows = new Float32Array(positions.length * size);
  const kept: number[] = [];
  let boundary = 0;
  let gap = 0;
  for (let i = 0; i < positions.length; i++) {
    const peak = Math.round(positions[i]! * toTarget);
    const window = { from: peak - before, to: peak + after };
    if (window.from < 0 || signals.some(({ samples }) => window.to > samples.length)) {
      boundary++;
      continue;
    }
    if (
      signals.some((signal) => touchesGap(signal, { from: window.from * signal.toLead, to: window.to * signal.toLead }))
    ) {
      gap++;
      continue;
    }
    signals.forEach(({ samples }, channel) => {
      const own = beatPipeline.run(samples.subarray(window.from, window.to));
      windows.set(own, kept.length * size + channel * length);
    });
    kept.push(i);
  }
  return {
    windows: kept.length === positions.length ? windows : windows.slice(0, kept.length * size),
    length,
    kept: Int32Array.from(kept),
    dropped: { boundary, gap },
    leads: leads.map(({ name }) => name),
  };
}

/** A lead after the steps over the whole of it. */
interface PreparedLead extends BridgedSamples {
  /** Samples as recorded per sample. */
  readonly toLead: number;
}

function prepareLead(lead: Lead, { sampleRate, recording }: BeatPreprocessing): PreparedLead {
  const { samples: filled, missingBefore } = bridgeGaps(inMillivolts(lead));
  const resampled =
    lead.sampleRate === sampleRate ? filled : resampleTo(filled, { fromRate: lead.sampleRate, toRate: sampleRate });
  const samples = compilePipeline(recording, { sampleRate }).run(resampled);
  return { samples, missingBefore, toLead: lead.sampleRate / sampleRate };
}

/** The best lead, and as many of the others that are voltages as are asked for. */
function chooseLeads(recording: Recording, { leads: names, leadCount = 1 }: BeatPreprocessing): readonly Lead[] {
  const first = chooseLead(recording, names);
  const others = recording.leads.filter((lead) => lead !== first && isUsableLead(lead));
  if (1 + others.length < leadCount) {
    throw new UserError(
      `Cannot use recording ${recording.id}: expected ${leadCount} leads in V, mV or uV with valid samples, ` +
        `found ${[first, ...others].map(({ name }) => name).join(", ")}.`,
    );
  }
  return [first, ...others.slice(0, leadCount - 1)];
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
    throw new UserError(`${what}: expected a voltage in V, mV or uV, found ${unit ?? "no unit"}.`);
  }
  if (samples.every(Number.isNaN)) {
    const found = samples.length === 0 ? "none" : `${samples.length} invalid ones`;
    throw new UserError(`${what}: expected valid samples, found ${found}.`);
  }
}

/** A lead's samples in the unit that windows are in. */
export function inMillivolts({ unit, samples }: Lead): Float32Array {
  const millivolts = millivoltsPerUnit(unit) ?? 1;
  return millivolts === 1 ? samples : samples.map((value) => value * millivolts);
}
