import { FormatError, UserError } from "../../core/errors.ts";
import type { Lead, Recording } from "../../core/recording.ts";
import { finiteSamples } from "../finite-samples.ts";
import { encodeNpy } from "./encode-npy.ts";
import { npyNumbers } from "./npy-array.ts";
import { parseNpy } from "./parse-npy.ts";

/** Which axis of an array of samples is which. */
export type SampleAxes = "lead-sample" | "sample-lead";

export interface NpyRecordingOptions {
  /** The recording's id. */
  readonly id: string;
  /** The file's name, for messages. */
  readonly file?: string;
  /** Hz; the file does not say it. */
  readonly sampleRate: number | undefined;
  /** Default: the shorter axis is the leads'. */
  readonly axes?: SampleAxes | undefined;
  /** The leads' names; default the standard twelve where there are twelve, otherwise numbers from 1. */
  readonly leadNames?: readonly string[] | undefined;
}

const twelve = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

/**
 * Reads a recording from an NPY array of samples in mV, of one lead or [lead, sample] or [sample, lead].
 * @throws FormatError where the array is damaged or of another shape; UserError where its rate or axes are not known.
 */
export function parseNpyRecording(bytes: Uint8Array, options: NpyRecordingOptions): Recording {
  const { id, file = `${id}.npy`, sampleRate } = options;
  if (sampleRate === undefined)
    throw new UserError(`Cannot read ${file}: expected a sample rate, found none given (in commands: --rate HZ)`);
  const array = parseNpy(bytes, { name: file });
  const values = npyNumbers(array, { name: file });
  const shape = array.shape.length === 1 ? [1, array.shape[0]!] : array.shape;
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined || values.length === 0) {
    const found = `(${array.shape.join(", ")})`;
    throw new FormatError(`Cannot read the recording: expected an array of [lead, sample], found shape ${found}`, {
      file,
    });
  }
  const axes = options.axes ?? axesOf(rows, columns);
  if (axes === undefined) {
    throw new UserError(
      `Cannot read ${file}: expected to be told which axis is the leads', found shape (${rows}, ${columns})`,
    );
  }
  const byLead = axes === "lead-sample";
  const [leadCount, sampleCount] = byLead ? [rows, columns] : [columns, rows];
  const leadNames =
    options.leadNames ?? (leadCount === 12 ? twelve : Array.from({ length: leadCount }, (_, i) => String(i + 1)));
  if (leadNames.length !== leadCount) {
    throw new UserError(`Cannot read ${file}: expected ${leadNames.length} leads, found ${leadCount}`);
  }
  const leads = leadNames.map((name, lead): Lead => {
    const own = new Float64Array(sampleCount);
    for (let i = 0; i < sampleCount; i++) own[i] = values[byLead ? lead * sampleCount + i : i * leadCount + lead]!;
    return { name, unit: "mV", sampleRate, samples: finiteSamples(own, { lead: name, file }) };
  });
  return { id, sampleRate, sampleCount, leads, annotations: [], comments: [], notices: [] };
}

function axesOf(rows: number, columns: number): SampleAxes | undefined {
  if (rows === columns) return undefined;
  return rows < columns ? "lead-sample" : "sample-lead";
}

/**
 * Encodes a recording's samples as NPY, [lead, sample]: physical values as `f4`, or digital ones as `i4`. Rate and names have no
 * place in the file.
 * @throws UserError where the leads differ in length, or digital samples are wanted and were not kept.
 */
export function encodeNpyRecording(
  { id, leads }: Recording,
  { digital = false }: { readonly digital?: boolean } = {},
): Uint8Array {
  const sampleCount = leads[0]?.samples.length ?? 0;
  const values = digital ? new Int32Array(leads.length * sampleCount) : new Float32Array(leads.length * sampleCount);
  leads.forEach(({ name, samples, encoding }, lead) => {
    const own = digital ? encoding?.digital : samples;
    if (own === undefined) {
      throw new UserError(`Cannot write lead ${name} as NPY: expected its digital samples, found only physical ones`);
    }
    if (own.length !== sampleCount) {
      throw new UserError(
        `Cannot write ${id} as NPY: expected leads of ${sampleCount} samples, found ${name} of ${own.length}`,
      );
    }
    values.set(own, lead * sampleCount);
  });
  return encodeNpy({ shape: [leads.length, sampleCount], dtype: digital ? "i4" : "f4", values });
}
