import type { Annotation, Recording } from "../../src/core/recording.ts";

/** A lead of spikes: 1 mV at each beat, 0 elsewhere. */
export function spikes(
  beats: readonly (readonly [sample: number, symbol: string])[],
  { sampleRate = 360, length = 4000, lead = "MLII", id = "r1" } = {},
): Recording {
  const samples = new Float32Array(length);
  for (const [sample] of beats) if (sample < length) samples[sample] = 1;
  return {
    id,
    sampleRate,
    sampleCount: length,
    leads: [{ name: lead, unit: "mV", sampleRate, samples }],
    annotations: beats.map(([sample, symbol]): Annotation => ({ sample, symbol })),
    comments: [],
    notices: [],
  };
}
