import type { Random } from "../../core/random.ts";
import { addFibrillation } from "./fibrillation-waves.ts";
import { addShape, emptyHeartVector, type HeartVector } from "./heart-vector.ts";
import { smoothNoise } from "../../signal/noise/ecg-noise.ts";
import type { Patient } from "./patient.ts";
import type { Rhythm } from "./rhythm.ts";

export interface DrawTrackOptions {
  readonly random: Random;
  /** Samples. */
  readonly length: number;
  readonly sampleRate: number;
}

/** The heart vector of a whole recording: every beat, P wave and fibrillation wave of the rhythm in this person's forms. */
export function drawTrack(
  patient: Patient,
  rhythm: Rhythm,
  { random, length, sampleRate }: DrawTrackOptions,
): HeartVector {
  const track = emptyHeartVector(length, sampleRate);
  const { respiration, variation } = patient;
  const slow = smoothNoise(random, { length: Math.ceil(length / sampleRate) + 4, step: 40 });
  const sizeAt = (time: number) =>
    1 + variation.slow * (slow[Math.max(0, Math.min(slow.length - 1, Math.round(time)))] ?? 0);
  let cycle = 0.8;
  let last = Number.NaN;
  for (const { time, shape } of rhythm.beats) {
    // Repolarisation follows the heart rate with some memory; its times go with the root of the interval (Bazett).
    const interval = Math.min(1.6, Math.max(0.35, Number.isNaN(last) ? 0.8 : time - last));
    cycle += 0.35 * (interval - cycle);
    last = time;
    const breath = Math.sin(breathPhase(patient, time));
    addShape(track, shape, {
      time,
      stretch: Math.sqrt(cycle),
      gain: sizeAt(time) * (1 + respiration.gain * breath + variation.beat * random.normal()),
      turn: respiration.turn * breath,
    });
  }
  for (const { time, shape } of rhythm.atrialWaves) {
    const breath = Math.sin(breathPhase(patient, time));
    addShape(track, shape, {
      time,
      stretch: 1,
      gain: sizeAt(time) * (1 + 2 * variation.beat * random.normal()),
      turn: respiration.turn * breath,
    });
  }
  rhythm.fibrillation.forEach((span, i) =>
    addFibrillation(track, {
      random: random.fork("fibrillation").fork(i),
      span,
      size: patient.fibrillationSize,
      rate: patient.fibrillationRate,
    }),
  );
  return track;
}

/** Breath is not a clock: its rate wanders over a minute or so. */
export function breathPhase({ respiration }: Patient, time: number): number {
  return 2 * Math.PI * respiration.rate * time + 0.9 * Math.sin(2 * Math.PI * 0.013 * time);
}
