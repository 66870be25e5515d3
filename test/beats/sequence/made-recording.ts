import type { Lead, Recording } from "../../../src/core/recording.ts";

/** One beat of a made recording. */
export interface MadeBeat {
  readonly kind: "N" | "S" | "V";
  /** Seconds since the beat before. */
  readonly interval: number;
}

export interface MadeOptions {
  readonly amplitude?: number;
  readonly leads?: 1 | 2;
  readonly sampleRate?: number;
  /** Of the S beats' P wave, seconds before R; the normal one lies .16 before. */
  readonly early?: number;
}

/** Beats drawn with Gaussian waves: N with P, QRS and T; S with its P wave elsewhere; V wide, without P. */
export function madeRecording(beats: readonly MadeBeat[], options: MadeOptions = {}) {
  const { amplitude = 1, leads = 2, sampleRate = 250, early = 0.12 } = options;
  const times: number[] = [];
  for (const { interval } of beats) times.push((times.at(-1) ?? 0.2) + interval);
  const length = Math.ceil(((times.at(-1) ?? 0) + 1) * sampleRate);
  const drawn = Array.from({ length: leads }, () => new Float32Array(length));
  const add = (lead: number, at: number, width: number, height: number) => {
    for (let i = Math.max(0, Math.floor((at - 5 * width) * sampleRate)); i < length; i++) {
      const z = (i / sampleRate - at) / width;
      if (z > 5) break;
      drawn[lead]![i]! += amplitude * height * Math.exp(-0.5 * z * z);
    }
  };
  beats.forEach(({ kind }, i) => {
    const at = times[i]!;
    for (let lead = 0; lead < leads; lead++) {
      const sign = lead === 0 ? 1 : -0.6;
      if (kind === "V") {
        add(lead, at, 0.045, 1.4 * sign);
        add(lead, at + 0.28, 0.06, -0.5 * sign);
        continue;
      }
      add(lead, at - (kind === "S" ? early : 0.16), 0.02, (kind === "S" ? -0.12 : 0.15) * sign);
      add(lead, at, 0.012, sign);
      add(lead, at + 0.27, 0.05, 0.3 * sign);
    }
  });
  const recording: Recording = {
    id: "made",
    sampleRate,
    sampleCount: length,
    leads: drawn.map((samples, lead): Lead => ({ name: ["MLII", "V1"][lead]!, unit: "mV", sampleRate, samples })),
    annotations: beats.map(({ kind }, i) => ({
      sample: Math.round(times[i]! * sampleRate),
      symbol: { N: "N", S: "A", V: "V" }[kind],
    })),
    comments: [],
    notices: [],
  };
  return { recording, positions: recording.annotations.map(({ sample }) => sample) };
}

/** A steady rhythm with every `every`th beat early and of `kind`, and a pause after it. */
export function ectopicRhythm({ count = 120, every = 7, kind = "S" as "S" | "V" } = {}): MadeBeat[] {
  return Array.from({ length: count }, (_, i): MadeBeat => {
    const wobble = 0.012 * Math.sin(i * 1.7);
    if (i % every === every - 1) return { kind, interval: 0.52 + wobble };
    return { kind: "N", interval: (i > 0 && i % every === 0 ? 1.02 : 0.8) + wobble };
  });
}
