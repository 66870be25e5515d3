import { z } from "zod";

import { UserError } from "../core/errors.ts";
import type { Recording } from "../core/recording.ts";
import { compilePipeline, fillGaps, isFlat, pipelineSchema, resampleTo } from "../signal/index.ts";
import { chooseLead, inMillivolts } from "./beat-preprocessing.ts";

/**
 * How a whole recording becomes the signal that a net's windows are cut from: plain data that a recipe states, the training applies, and
 * the model card carries, as `BeatPreprocessing` is for beats.
 */
export const recordingPreprocessingSchema = z.strictObject({
  /** Hz; leads of another rate are resampled to it first. */
  sampleRate: z.number().positive(),
  /** The channels in order: each a lead's name, or several names that will do, the best first; or all that the dataset's first record has. */
  leads: z.union([
    z.literal("all", { error: 'expected "all" or a list of lead names' }),
    z.array(z.union([z.string(), z.array(z.string()).min(1)])).min(1),
  ]),
  /** Steps over each whole lead; the last may give features in place of a signal. */
  recording: pipelineSchema.default([]),
  /**
   * Mean 0 and standard deviation 1: of each lead; of all leads of a recording together; by one mean and one standard deviation of all
   * training samples and leads; or of each feature over the training recordings. What is of the training recordings the model carries.
   */
  normalise: z.enum(["none", "lead", "recording", "dataset", "feature"]).default("none"),
  /** What the net reads at once; absent where the steps give features, all of which are read, as channels of one sample. */
  window: z
    .union([z.strictObject({ seconds: z.number().positive() }), z.strictObject({ samples: z.int().positive() })])
    .optional(),
});

export type RecordingPreprocessing = z.infer<typeof recordingPreprocessingSchema>;

/** A recording as a net's windows are cut from it. */
export interface PreparedRecording {
  /** [channel][sample], all of one length; may be the recording's own arrays. */
  readonly channels: readonly Float32Array[];
  /** Samples per channel. */
  readonly length: number;
  /** The leads that were read. */
  readonly leads: readonly string[];
  /** Samples that the file marks as invalid, bridged by straight lines. */
  readonly bridged: number;
}

/**
 * What the net reads of recordings at once. Features, whose number per lead is the steps' own, are tried on a signal of ten seconds.
 * @throws UserError where a signal has no window, or features have one.
 */
export function recordingInput(preprocessing: RecordingPreprocessing): {
  readonly channels: number;
  readonly samples: number;
} {
  const { window, sampleRate, leads, normalise } = preprocessing;
  const pipeline = compilePipeline(preprocessing.recording, { sampleRate });
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot prepare recordings: expected ${wanted}, found ${found}.`);
  if (givesFeatures(preprocessing)) {
    if (window !== undefined) throw mistake("no window over features", JSON.stringify(window));
    const ramp = Float32Array.from({ length: Math.ceil(10 * sampleRate) }, (_, i) => i % 7);
    return { channels: leads.length * pipeline.run(ramp).length, samples: 1 };
  }
  if (pipeline.sampleRate !== sampleRate) {
    throw mistake(
      `steps that leave ${sampleRate} Hz as it is`,
      `steps that give ${pipeline.sampleRate} Hz; say sampleRate instead`,
    );
  }
  if (window === undefined) throw mistake("a window, in seconds or samples", "none");
  if (normalise === "feature")
    throw mistake("steps that give features, to normalise each of them", "steps that give a signal");
  const samples = "samples" in window ? window.samples : Math.max(1, Math.round(window.seconds * sampleRate));
  return { channels: leads.length, samples };
}

/** Whether the last step leaves no signal in time. */
function givesFeatures({ recording, sampleRate }: RecordingPreprocessing): boolean {
  return Number.isNaN(compilePipeline(recording, { sampleRate }).sampleRate);
}

/** The same with the leads by name, where it says "all": those of a recording. */
export function namedLeads(preprocessing: RecordingPreprocessing, { leads }: Recording): RecordingPreprocessing {
  return preprocessing.leads === "all" ? { ...preprocessing, leads: leads.map(({ name }) => name) } : preprocessing;
}

/**
 * Makes the preprocessing ready. Normalisation by the dataset is left to who has its mean and standard deviation.
 * @returns throws UserError for a recording that lacks a lead, or whose lead is no voltage or has no valid sample.
 */
export function compileRecordingPreprocessing(
  preprocessing: RecordingPreprocessing,
): (recording: Recording) => PreparedRecording {
  const { sampleRate, normalise } = preprocessing;
  const pipeline = compilePipeline(preprocessing.recording, { sampleRate });
  const features = givesFeatures(preprocessing);
  return (recording) => {
    const { leads: wanted } = namedLeads(preprocessing, recording);
    let bridged = 0;
    const leads = (wanted as readonly (string | readonly string[])[]).map((names) =>
      chooseLead(recording, typeof names === "string" ? [names] : names),
    );
    const signals = leads.map((lead) => {
      const samples = inMillivolts(lead);
      const gaps = countInvalid(samples);
      bridged += gaps;
      const whole = gaps === 0 ? samples : fillGaps(samples);
      const resampled =
        lead.sampleRate === sampleRate ? whole : resampleTo(whole, { fromRate: lead.sampleRate, toRate: sampleRate });
      return pipeline.run(resampled);
    });
    // Leads of different rates may differ by a sample once they have the same.
    const length = Math.min(...signals.map((signal) => signal.length));
    if (length === 0) {
      throw new UserError(`Cannot use recording ${recording.id}: expected at least one sample, found none.`);
    }
    const channels = signals.map((signal) => signal.subarray(0, length));
    const leadNames = leads.map(({ name }) => name);
    if (features) {
      const values = normalisers[normalise](channels).flatMap((each) =>
        Array.from(each, (value) => Float32Array.of(value)),
      );
      return { channels: values, length: 1, leads: leadNames, bridged };
    }
    return { channels: normalisers[normalise](channels), length, leads: leadNames, bridged };
  };
}

const normalisers: Readonly<
  Record<RecordingPreprocessing["normalise"], (channels: readonly Float32Array[]) => readonly Float32Array[]>
> = {
  none: (channels) => channels,
  dataset: (channels) => channels,
  feature: (channels) => channels,
  lead: (channels) => channels.map((channel) => scaled([channel])[0]!),
  recording: (channels) => scaled(channels),
};

/** All channels by one mean and one standard deviation (divided by n); constant ones become zeros. */
function scaled(channels: readonly Float32Array[]): Float32Array[] {
  const { mean, deviation } = momentsOf(channels);
  return channels.map((channel) => channel.map((value) => (deviation === 0 ? 0 : (value - mean) / deviation)));
}

/** Mean and standard deviation (divided by n) of all values, by two passes. */
export function momentsOf(signals: Iterable<Float32Array>): { readonly mean: number; readonly deviation: number } {
  const all = [...signals];
  const count = all.reduce((sum, values) => sum + values.length, 0);
  let sum = 0;
  for (const values of all) for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / count;
  let squares = 0;
  for (const values of all) for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / count);
  return { mean, deviation: isFlat(deviation, mean) ? 0 : deviation };
}

function countInvalid(samples: Float32Array): number {
  let count = 0;
  for (let i = 0; i < samples.length; i++) if (Number.isNaN(samples[i]!)) count++;
  return count;
}
