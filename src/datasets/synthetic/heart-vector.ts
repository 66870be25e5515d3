import { scaleVector, type Vector } from "./vectors.ts";

/**
 * The heart as one electric dipole whose three components are sums of Gaussians: Sameni et al. 2007 (doi
 * 10.1155/2007/43407), the three-dimensional form of McSharry et al. 2003 (doi 10.1109/TBME.2003.808805).
 *
 * McSharry's three coupled equations are x' = αx − ωy, y' = αy + ωx with α = 1 − √(x² + y²), and
 * z' = −Σ aᵢ Δθᵢ exp(−Δθᵢ² / 2bᵢ²) − (z − z₀). Nothing has to be integrated step by step: from a start on the unit circle
 * the first two only turn the phase θ at the angular speed ω, and without its last term (a high-pass of one second, which stands
 * for the drift of the baseline) the third is the derivative of z = Σ (aᵢ bᵢ² / ω) exp(−Δθᵢ² / 2bᵢ²). As ω is constant
 * within a beat, a Gaussian in phase is a Gaussian in time. The golden test integrates the equations and finds the same curve.
 *
 * This is one Gaussian of the dipole. Axes are Frank's: x to the left arm, y to the feet, z to the back.
 */
export interface Wave {
  readonly part: "QRS" | "P" | "T" | "spike";
  /** Centre, seconds after the beat's reference (the main peak of a normal QRS). */
  readonly time: number;
  /** Standard deviation, seconds. */
  readonly width: number;
  /** Peak, millivolts. */
  readonly vector: Vector;
}

export type Shape = readonly Wave[];

/** The dipole's track: three components of equal length, millivolts. */
export interface HeartVector {
  readonly sampleRate: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
}

export interface Placement {
  /** Seconds from the start of the track to the beat's reference. */
  readonly time: number;
  /** Stretches the P and T waves in time (with the heart rate); 1 at 60 beats per minute. */
  readonly stretch: number;
  readonly gain: number;
  /** Radians by which the heart turns about the front-to-back axis, with breath. */
  readonly turn: number;
}

/** Beyond this many standard deviations a Gaussian is left out: below 4e-6 of its peak. */
const reach = 5;

export function emptyHeartVector(length: number, sampleRate: number): HeartVector {
  return { sampleRate, x: new Float64Array(length), y: new Float64Array(length), z: new Float64Array(length) };
}

/** Adds a shape to the track. */
export function addShape(track: HeartVector, shape: Shape, placement: Placement): void {
  const { sampleRate, x, y, z } = track;
  const { time, stretch, gain, turn } = placement;
  const cosine = gain * Math.cos(turn);
  const sine = gain * Math.sin(turn);
  for (const wave of shape) {
    const scale = wave.part === "T" || wave.part === "P" ? stretch : 1;
    const centre = (time + wave.time * scale) * sampleRate;
    const width = wave.width * scale * sampleRate;
    const [vx, vy, vz] = wave.vector;
    const px = cosine * vx - sine * vy;
    const py = sine * vx + cosine * vy;
    const pz = gain * vz;
    const first = Math.max(0, Math.ceil(centre - reach * width));
    const last = Math.min(x.length - 1, Math.floor(centre + reach * width));
    for (let i = first; i <= last; i++) {
      const distance = (i - centre) / width;
      const value = Math.exp(-0.5 * distance * distance);
      x[i]! += px * value;
      y[i]! += py * value;
      z[i]! += pz * value;
    }
  }
}

/** A shape with every vector scaled. */
export function scaleShape(shape: Shape, factor: number): Shape {
  return shape.map((wave) => ({ ...wave, vector: scaleVector(wave.vector, factor) }));
}
