import type { Random } from "../../core/random.ts";
import type { HeartVector } from "./heart-vector.ts";
import { scaleVector, type Vector } from "./vectors.ts";

export interface FibrillationOptions {
  readonly random: Random;
  /** Seconds, from and to. */
  readonly span: readonly [number, number];
  /** Peak to peak, millivolts. */
  readonly size: number;
  /** Waves per second, about which the rate wanders. */
  readonly rate: number;
}

const harmonics = 3;
/** Mostly towards the right front, where V1 sees it best. */
const direction: Vector = [-0.25, 0.45, -0.55];

/**
 * Adds f-waves: a sawtooth of three harmonics whose rate and size wander (Stridh & Sörnmo 2001, doi 10.1109/10.900266).
 */
export function addFibrillation(track: HeartVector, { random, span, size, rate }: FibrillationOptions): void {
  const { sampleRate, x, y, z } = track;
  const first = Math.max(0, Math.ceil(span[0] * sampleRate));
  const last = Math.min(x.length - 1, Math.floor(span[1] * sampleRate));
  const [px, py, pz] = scaleVector(direction, size);
  const wander = 2 * Math.PI * random.uniform();
  let phase = 2 * Math.PI * random.uniform();
  for (let i = first; i <= last; i++) {
    const seconds = i / sampleRate;
    phase += (2 * Math.PI * (rate + 0.35 * Math.sin(2 * Math.PI * 0.11 * seconds + wander))) / sampleRate;
    const edge = Math.min(1, (i - first) / sampleRate / 0.3, (last - i) / sampleRate / 0.3);
    const swell = edge * (0.75 + 0.25 * Math.sin(2 * Math.PI * 0.23 * seconds + 2 * wander));
    let value = 0;
    for (let k = 1; k <= harmonics; k++) value += Math.sin(k * phase + 0.3 * k * Math.sin(0.7 * seconds)) / k;
    x[i]! += px * swell * 0.5 * value;
    y[i]! += py * swell * 0.5 * value;
    z[i]! += pz * swell * 0.5 * value;
  }
}
