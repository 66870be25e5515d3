import type { Random } from "../../core/random.ts";
import type { Shape } from "./heart-vector.ts";
import type { Shapes } from "./shapes.ts";

/** A QRS-T, with the time of its reference. */
export interface Beat {
  readonly time: number;
  readonly symbol: string;
  readonly shape: Shape;
}

/** A P wave, centred at its time. */
export interface AtrialWave {
  readonly time: number;
  readonly shape: Shape;
  /** An atrial beat that did not reach the ventricles (annotated `x`). */
  readonly blocked?: boolean;
}

/** A change of rhythm, in WFDB's words: `(N`, `(AFIB`, … */
export interface RhythmChange {
  readonly time: number;
  readonly aux: string;
}

/** How this person's heart times its beats. All in seconds unless said otherwise. */
export interface Timing {
  /** The sinus node's interval at a time. */
  readonly interval: (seconds: number) => number;
  /** From the centre of the P wave to the beat's reference. */
  readonly conduction: number;
  /** Couplings of premature beats as shares of the sinus interval: [smallest, largest]. */
  readonly atrialCoupling: readonly [number, number];
  /** One for each ventricular focus. */
  readonly ventricularCoupling: readonly number[];
  /** Chance that a ventricular beat runs back to the atria and resets the sinus node. */
  readonly retrograde: number;
}

/** A heart while its rhythm is being written. Episodes read and change it. */
export interface Heart {
  readonly random: Random;
  readonly timing: Timing;
  readonly shapes: Shapes;
  /** `N`, `L` or `R`. */
  readonly normalSymbol: string;
  readonly beats: Beat[];
  readonly atrialWaves: AtrialWave[];
  readonly rhythms: RhythmChange[];
  /** Time of the last ventricular beat. */
  now: number;
  /** When the next sinus impulse is due in the ventricles. */
  due: number;
}

/** No two ventricular beats are closer than this. */
export const refractory = 0.29;

export function addBeat(heart: Heart, { time, symbol, shape }: Beat): void {
  const at = Math.max(time, heart.now + refractory);
  heart.beats.push({ time: at, symbol, shape });
  heart.now = at;
}

export function interval(heart: Heart): number {
  return heart.timing.interval(heart.now);
}

export function between(heart: Heart, [low, high]: readonly [number, number]): number {
  return low + (high - low) * heart.random.uniform();
}

/** An ordinary beat: the sinus node's P wave, then the QRS of this person's conduction. */
export function conductSinus(heart: Heart): void {
  const next = heart.due + heart.timing.interval(heart.due);
  sinusP(heart, heart.due);
  addBeat(heart, { time: heart.due, symbol: heart.normalSymbol, shape: heart.shapes.normal });
  heart.due = Math.max(next, heart.now + refractory + 0.1);
}

/** The P wave that belongs to a beat at `time`. */
export function sinusP(heart: Heart, time: number): void {
  heart.atrialWaves.push({ time: time - heart.timing.conduction, shape: heart.shapes.sinusP });
}

/** From the next beat on the rhythm is another. */
export function changeRhythm(heart: Heart, aux: string): void {
  heart.rhythms.push({ time: heart.now, aux });
}
