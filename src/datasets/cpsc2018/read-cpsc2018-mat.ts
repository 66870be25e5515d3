import { FormatError } from "../../core/errors.ts";
import type { Lead, Recording } from "../../core/recording.ts";
import { type MatValue, finiteSamples, parseMat } from "../../formats/index.ts";
import { sexAndAge } from "./cpsc2018-classes.ts";

/** Hz. */
const sampleRate = 500;
const leadNames = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

export interface Cpsc2018File {
  readonly recording: Recording;
  readonly sex?: string;
  readonly age?: number;
}

/**
 * Reads a recording as the challenge published it: a structure ECG with sex, age and data, [12 leads, samples] in mV.
 * @throws FormatError where the file has no such structure.
 */
export async function readCpsc2018Mat(
  bytes: Uint8Array,
  { record, file }: { readonly record: string; readonly file: string },
): Promise<Cpsc2018File> {
  const variables = await parseMat(bytes, { name: file });
  const ecg = variables.get("ECG");
  const fields = ecg?.kind === "struct" ? ecg.elements[0] : undefined;
  const data = fields?.get("data");
  if (data?.kind !== "numbers" || data.shape.length !== 2 || data.shape[0] !== leadNames.length) {
    // What converted files have.
    const none = variables.has("val") ? `a converted recording without its header ${record}.hea` : "no variable ECG";
    const found = data?.kind === "numbers" ? data.shape.join(" × ") : (data?.kind ?? ecg?.kind ?? none);
    throw new FormatError(
      `Cannot read ${record}: expected a structure ECG with data of ${leadNames.length} × samples, found ${found}`,
      { file },
    );
  }
  const { values } = data;
  const sampleCount = data.shape[1]!;
  const leads = leadNames.map((name, lead): Lead => {
    const own = new Float64Array(sampleCount);
    for (let i = 0; i < sampleCount; i++) own[i] = values[i * leadNames.length + lead]!;
    return { name, unit: "mV", sampleRate, samples: finiteSamples(own, { lead: name, file }) };
  });
  return {
    recording: { id: record, sampleRate, sampleCount, leads, annotations: [], comments: [], notices: [] },
    ...sexAndAge(textOf(fields?.get("sex")), numberOf(fields?.get("age"))),
  };
}

function textOf(value: MatValue | undefined): string | undefined {
  return value?.kind === "text" ? value.rows[0]?.trim() : undefined;
}

function numberOf(value: MatValue | undefined): number {
  return value?.kind === "numbers" ? (value.values[0] ?? Number.NaN) : Number.NaN;
}
