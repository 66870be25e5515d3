import { UserError } from "../../core/errors.ts";
import { millivoltsPerUnit } from "../../core/millivolts.ts";
import { quote } from "./text.ts";
import type { Lead, Recording } from "../../core/recording.ts";
import type { SampleFormat } from "./sample-formats.ts";

/** A lead as a signal file and its header line hold it. */
export interface DigitalLead {
  readonly name: string;
  readonly unit: string;
  readonly samplesPerFrame: number;
  readonly gain: number;
  readonly baseline: number;
  readonly bits: number;
  readonly zero: number;
  readonly initialValue: number;
  /** 16-bit sum, signed. */
  readonly checksum: number;
  /** What the file holds: digital samples, or their differences in format 8. */
  readonly stored: Int32Array;
}

/**
 * The digital samples of a lead in a format: its own where it kept them, otherwise `round(sample · gain + baseline)`.
 *
 * @throws UserError where a value does not fit, or the lead's length or name can't be written.
 */
export function digitise(
  lead: Lead,
  { recording, format }: { readonly recording: Recording; readonly format: SampleFormat },
): DigitalLead {
  const ratio = lead.sampleRate / recording.sampleRate;
  const samplesPerFrame = Math.round(ratio);
  const isWhole = samplesPerFrame >= 1 && Math.abs(ratio - samplesPerFrame) < 1e-9 * samplesPerFrame;
  if (!isWhole || lead.samples.length !== recording.sampleCount * samplesPerFrame) {
    throw new UserError(
      `Cannot write lead ${lead.name}: expected a whole number of samples in each of ${recording.sampleCount} frames, found ${lead.samples.length} samples at ${lead.sampleRate} Hz of ${recording.sampleRate} Hz`,
    );
  }
  if (!/^\S+$/.test(lead.unit)) {
    throw new UserError(`Cannot write lead ${lead.name}: expected a unit without spaces, found ${quote(lead.unit)}`);
  }
  if (/[\r\n]/.test(lead.name) || lead.name !== lead.name.trim()) {
    throw new UserError(
      `Cannot write a lead: expected a name on one line without outer spaces, found ${quote(lead.name)}`,
    );
  }
  const gain = lead.encoding?.gain ?? suitableGain(lead, format);
  if (!Number.isFinite(gain) || gain === 0) {
    throw new UserError(`Cannot write lead ${lead.name}: expected a finite gain other than 0, found ${gain}`);
  }
  // A header's baseline is a whole number; another format's may not be, and then its digital samples don't fit it.
  const baseline = Math.round(lead.encoding?.baseline ?? 0);
  const kept = baseline === (lead.encoding?.baseline ?? 0) ? lead.encoding?.digital : undefined;
  const digital = digitalSamples(lead, { format, gain, baseline, kept });
  let sum = 0;
  for (const value of digital) sum = (sum + value) | 0;
  return {
    name: lead.name,
    unit: lead.unit,
    samplesPerFrame,
    gain,
    baseline,
    bits: lead.encoding?.bits ?? Math.ceil(Math.log2(format.max - format.min + 1)),
    zero: lead.encoding?.zero ?? 0,
    initialValue: digital[0] ?? 0,
    checksum: (sum << 16) >> 16,
    stored: format.differences ? differences(digital, { lead, format }) : digital,
  };
}

/**
 * Of a voltage, the format's usual gain, whatever its unit, or less where the lead's largest value needs it. Of anything else, a round
 * number that fits its values: nobody knows how fine a scale a unit of another kind wants.
 */
function suitableGain({ samples, unit }: Lead, { usualGain, differences, max }: SampleFormat): number {
  const millivolts = millivoltsPerUnit(unit);
  const largest = differences ? largestStep(samples) : largestSize(samples);
  if (millivolts === undefined) return largest === 0 ? usualGain : roundDown((max - 1) / largest);
  // As a decimal of the few digits that it has: the header writes them.
  const usual = Number((usualGain * millivolts).toPrecision(12));
  return differences || largest * usual <= max - 1 ? usual : (max - 1) / largest;
}

/** Of the samples that are finite. */
function largestSize(samples: Float32Array): number {
  let largest = 0;
  for (const sample of samples) {
    const size = Math.abs(sample);
    if (size > largest && size < Infinity) largest = size;
  }
  return largest;
}

/** From one sample to the next, of those that are finite. */
function largestStep(samples: Float32Array): number {
  return largestSize(samples.map((sample, i) => (i === 0 ? 0 : sample - samples[i - 1]!)));
}

/** The next smaller of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … */
function roundDown(value: number): number {
  const exponent = Math.floor(Math.log10(value));
  const digit = [5, 2].find((each) => each * 10 ** exponent <= value) ?? 1;
  // Read as a decimal, so that 0.001 is not a rounding error off.
  return Number(`${digit}e${exponent}`);
}

interface Digitising {
  readonly format: SampleFormat;
  readonly gain: number;
  readonly baseline: number;
  /** The lead's own digital samples. */
  readonly kept: Int32Array | undefined;
}

function digitalSamples(lead: Lead, { format, gain, baseline, kept }: Digitising): Int32Array {
  const { samples } = lead;
  const limits = format.differences ? { min: -(2 ** 31), max: 2 ** 31 - 1 } : format;
  const { min, max } = limits;
  const digital = new Int32Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    if (Number.isNaN(sample)) {
      if (format.invalid === undefined) throw unfit(lead, { i, value: NaN, wanted: "a number", format });
      digital[i] = format.invalid;
      continue;
    }
    const value = kept === undefined ? Math.round(sample * gain + baseline) : kept[i]!;
    if (!(value >= min && value <= max) || value === format.invalid) {
      throw unfit(lead, { i, value, wanted: `${format.invalid === min ? min + 1 : min} to ${max}`, format });
    }
    digital[i] = value;
  }
  return digital;
}

/** First differences; the first is 0, since the header gives the initial value. */
function differences(digital: Int32Array, { lead, format }: { lead: Lead; format: SampleFormat }): Int32Array {
  const steps = new Int32Array(digital.length);
  for (let i = 1; i < digital.length; i++) {
    const step = digital[i]! - digital[i - 1]!;
    if (step < format.min || step > format.max) {
      throw unfit(lead, { i, value: step, wanted: `a step of ${format.min} to ${format.max}`, format });
    }
    steps[i] = step;
  }
  return steps;
}

function unfit(
  { name }: Lead,
  { i, value, wanted, format }: { i: number; value: number; wanted: string; format: SampleFormat },
): UserError {
  return new UserError(
    `Cannot write lead ${name} in WFDB format ${format.code}: expected ${wanted} at sample ${i}, found ${value}`,
  );
}
