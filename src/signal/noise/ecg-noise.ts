import type { Random } from "../../core/random.ts";
import type { NoiseLevels } from "./noise-levels.ts";

export interface NoiseOptions {
  readonly random: Random;
  /** The same for all leads of a recording: muscles tense under all electrodes at once. */
  readonly bodyRandom: Random;
  readonly levels: NoiseLevels;
  readonly sampleRate: number;
  /** Breath at a time, −1 … 1: the baseline follows it. */
  readonly breath: (seconds: number) => number;
  /** Peak-to-peak size of this lead's QRS, millivolts: the muscle noise's decibels count from it. */
  readonly qrsSize: number;
  /** Factor on everything. */
  readonly factor: number;
}

/** Adds one lead's noise to its samples (mV). */
export function addNoise(samples: Float64Array, options: NoiseOptions): void {
  const { random } = options;
  addBaseline(samples, { ...options, random: random.fork("baseline") });
  addMains(samples, { ...options, random: random.fork("mains") });
  addMuscle(samples, { ...options, random: random.fork("muscle") });
  addMotion(samples, { ...options, random: random.fork("motion") });
}

/** Breath, and a random drift: a cubic through normal values half a second apart. */
function addBaseline(samples: Float64Array, { random, levels, sampleRate, breath, factor }: NoiseOptions): void {
  const drift = smoothNoise(random, { length: samples.length, step: 0.75 * sampleRate });
  const share = factor * levels.breath * (0.6 + 0.8 * random.uniform()) * (random.uniform() < 0.5 ? -1 : 1);
  // A breath lasts seconds: every 32nd sample is enough, with straight lines between.
  const stride = 32;
  let from = breath(0);
  for (let start = 0; start < samples.length; start += stride) {
    const to = breath((start + stride) / sampleRate);
    const end = Math.min(samples.length, start + stride);
    for (let i = start; i < end; i++) {
      samples[i]! += share * (from + ((to - from) * (i - start)) / stride) + factor * levels.drift * drift[i]!;
    }
    from = to;
  }
}

/** A hum whose size and frequency wander a little, turned on as a rotating pointer. */
function addMains(samples: Float64Array, { random, levels, sampleRate, factor }: NoiseOptions): void {
  const size = smoothNoise(random, { length: samples.length, step: 5 * sampleRate });
  const frequency = levels.mainsFrequency * (1 + 0.0004 * random.normal());
  const angle = (2 * Math.PI * frequency) / sampleRate;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const phase = 2 * Math.PI * random.uniform();
  let [a, b] = [Math.cos(phase), Math.sin(phase)];
  for (let i = 0; i < samples.length; i++) {
    samples[i]! += factor * levels.mains * (1 + 0.3 * size[i]!) * b;
    [a, b] = [cosine * a - sine * b, sine * a + cosine * b];
  }
}

/** White noise between about 15 Hz and 100 Hz, swelling and ebbing with the muscles' tension. */
function addMuscle(samples: Float64Array, options: NoiseOptions): void {
  const { random, bodyRandom, levels, sampleRate, qrsSize, factor } = options;
  const deviation = (factor * qrsSize) / Math.sqrt(8) / 10 ** (levels.muscleDecibels / 20);
  const tension = smoothNoise(bodyRandom.fork("tension"), { length: samples.length, step: 2 * sampleRate });
  const slow = 1 - Math.exp((-2 * Math.PI * 15) / sampleRate);
  const fast = 1 - Math.exp((-2 * Math.PI * 100) / sampleRate);
  // Power that the two first-order filters leave of white noise, so that the deviation is the one asked for.
  const power = fast / (2 - fast) - (2 * slow * fast) / (slow + fast - slow * fast) + slow / (2 - slow);
  const gain = deviation / Math.sqrt(power);
  let [low, band] = [0, 0];
  for (let i = 0; i < samples.length; i++) {
    const white = random.normal();
    low += slow * (white - low);
    band += fast * (white - band);
    samples[i]! += gain * Math.exp(0.5 * tension[i]! - 0.125) * (band - low);
  }
}

/** A moving electrode: for a second or a few, bumps as wide as a QRS or a T wave, and a step that dies away. */
function addMotion(samples: Float64Array, { random, levels, sampleRate, factor }: NoiseOptions): void {
  const seconds = samples.length / sampleRate;
  let at = 0;
  for (;;) {
    at += (-60 / Math.max(1e-9, levels.motionPerMinute)) * Math.log(1 - random.uniform());
    if (at >= seconds) return;
    const lasting = 0.5 + 3 * random.uniform();
    const bumps = 3 + random.integer(6);
    for (let k = 0; k < bumps; k++) {
      const centre = (at + lasting * random.uniform()) * sampleRate;
      const width = (0.03 + 0.25 * random.uniform() ** 2) * sampleRate;
      const size = factor * levels.motion * 0.6 * random.normal();
      const last = Math.min(samples.length - 1, Math.floor(centre + 4 * width));
      for (let i = Math.max(0, Math.ceil(centre - 4 * width)); i <= last; i++) {
        samples[i]! += size * Math.exp(-0.5 * ((i - centre) / width) ** 2);
      }
    }
    const step = factor * levels.motion * random.normal();
    const start = Math.ceil((at + lasting * random.uniform()) * sampleRate);
    const decay = (0.3 + random.uniform()) * sampleRate;
    const last = Math.min(samples.length - 1, start + 6 * decay);
    for (let i = start; i <= last; i++) samples[i]! += step * Math.exp(-(i - start) / decay);
  }
}

/** Normal values `step` samples apart, joined by a Catmull-Rom cubic: deviation about 0.8, no power above 1 / step. */
export function smoothNoise(
  random: Random,
  { length, step }: { readonly length: number; readonly step: number },
): Float32Array {
  const knots = Float64Array.from({ length: Math.ceil(length / step) + 4 }, () => random.normal());
  const result = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const position = i / step;
    const k = Math.floor(position);
    const t = position - k;
    const [p0, p1, p2, p3] = [knots[k]!, knots[k + 1]!, knots[k + 2]!, knots[k + 3]!];
    result[i] = p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
  }
  return result;
}
