import { UserError } from "./errors.ts";
import type { Annotation, Lead, Recording } from "./recording.ts";

export interface CutOptions {
  /** Where the stretch begins, seconds from the start of the recording; default 0. */
  readonly fromSeconds?: number | undefined;
  /** Where it ends, not included; default the end. */
  readonly toSeconds?: number | undefined;
}

/**
 * A stretch of a recording as a recording of its own: samples and annotations count from the stretch's start. Checksums
 * are left out, since they hold for the whole. The samples are views of the original's.
 * @throws UserError where the stretch is empty or begins outside the recording.
 */
export function cutRecording(recording: Recording, { fromSeconds = 0, toSeconds }: CutOptions): Recording {
  const { id, sampleRate, sampleCount, start } = recording;
  const length = sampleCount / sampleRate;
  const begin = Math.round(fromSeconds * sampleRate);
  const end = Math.min(sampleCount, Math.round((toSeconds ?? length) * sampleRate));
  if (!(begin >= 0 && begin < end)) {
    const wanted = `${fromSeconds} s to ${toSeconds ?? length} s`;
    throw new UserError(`Cannot cut recording ${id}: expected a stretch within its ${length} s, found ${wanted}`);
  }
  if (begin === 0 && end === sampleCount) return recording;
  const { start: _, ...rest } = recording;
  const started = start === undefined ? undefined : later(start, begin / sampleRate);
  return {
    ...rest,
    ...(started === undefined ? {} : { start: started }),
    sampleCount: end - begin,
    leads: recording.leads.map((lead) => cutLead(lead, { sampleRate, begin, end })),
    annotations: recording.annotations
      .filter(({ sample }) => sample >= begin && sample < end)
      .map((annotation): Annotation => ({ ...annotation, sample: annotation.sample - begin })),
  };
}

function cutLead(lead: Lead, { sampleRate, begin, end }: { sampleRate: number; begin: number; end: number }): Lead {
  const perFrame = lead.sampleRate / sampleRate;
  const from = Math.round(begin * perFrame);
  const to = Math.round(end * perFrame);
  const samples = lead.samples.subarray(from, to);
  if (lead.encoding === undefined) return { ...lead, samples };
  const { checksum: _, digital, ...encoding } = lead.encoding;
  return {
    ...lead,
    samples,
    encoding: digital === undefined ? encoding : { ...encoding, digital: digital.subarray(from, to) },
  };
}

/** A `start` so many seconds later, in the same form. */
function later(start: string, seconds: number): string {
  const dated = start.includes("T");
  const moment = new Date(Date.parse(`${dated ? start : `2000-01-01T${start}`}Z`) + Math.round(seconds * 1000));
  const text = moment.toISOString().replace(/\.000Z$|Z$/, "");
  return dated ? text : text.slice(11);
}
