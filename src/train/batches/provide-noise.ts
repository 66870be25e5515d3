import { UserError } from "../../core/errors.ts";
import type { Recording } from "../../core/recording.ts";
import { fillGaps, resampleTo } from "../../signal/index.ts";
import { type Augmentation, isAugmentationList } from "./augmentation.ts";

export interface ProvideNoiseOptions {
  /** Finds a record of noise by name, such as `em` of the MIT-BIH Noise Stress Test Database. */
  readonly open: (record: string) => Promise<Recording>;
}

/** The records that an augmentation asks for; empty where it needs none. */
export function noiseRecordsOf(augmentation: Augmentation): string[] {
  if (!isAugmentationList(augmentation)) return [];
  return [...new Set(augmentation.flatMap((step) => (step.name === "recorded-noise" ? step.records : [])))];
}

/**
 * Puts the tracks of recorded noise into an augmentation: every lead of each record, at the rate of the rows, in memory that
 * threads share.
 */
export async function provideNoise(augmentation: Augmentation, { open }: ProvideNoiseOptions): Promise<Augmentation> {
  if (!isAugmentationList(augmentation)) return augmentation;
  const records = new Map<string, Recording>();
  for (const name of noiseRecordsOf(augmentation)) {
    const recording = await open(name);
    if (recording.leads.length === 0) {
      throw new UserError(`Cannot use noise record ${name}: expected at least one lead, found none.`);
    }
    records.set(name, recording);
  }
  const tracksOf = (name: string, toRate: number) =>
    records
      .get(name)!
      .leads.map(({ samples, sampleRate: fromRate }) => share(resampleTo(fillGaps(samples), { fromRate, toRate })));
  return augmentation.map((step) =>
    step.name === "recorded-noise"
      ? { ...step, tracks: step.records.flatMap((name) => tracksOf(name, step.sampleRate)) }
      : step,
  );
}

function share(values: Float32Array): Float32Array {
  const shared = new Float32Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}
