import type { Random } from "../../core/random.ts";
import { type EpisodeName, episodes } from "./episodes.ts";
import {
  addBeat,
  type AtrialWave,
  type Beat,
  between,
  changeRhythm,
  conductSinus,
  type Heart,
  type RhythmChange,
  sinusP,
} from "./heart.ts";
import type { Patient } from "./patient.ts";
import { blendShapes } from "./shapes.ts";

/** Everything that happens electrically, in order of time. */
export interface Rhythm {
  readonly beats: readonly Beat[];
  readonly atrialWaves: readonly AtrialWave[];
  readonly changes: readonly RhythmChange[];
  /** When the atria fibrillate: seconds, from and to. */
  readonly fibrillation: readonly (readonly [number, number])[];
}

export interface RhythmOptions {
  readonly random: Random;
  readonly seconds: number;
  /** Factor on the chance of every episode. */
  readonly ectopy: number;
}

/** Writes the rhythm of a patient, beat by beat, from a little before the recording to a little after. */
export function writeRhythm(patient: Patient, { random, seconds, ectopy }: RhythmOptions): Rhythm {
  const { profile, timing, shapes } = patient;
  const heart: Heart = {
    random,
    timing,
    shapes,
    normalSymbol: { narrow: "N", "right-block": "R", "left-block": "L" }[profile.conduction],
    beats: [],
    atrialWaves: [],
    rhythms: [],
    now: -1.5 - random.uniform(),
    due: -0.7,
  };
  const chances = Object.entries(profile.episodes) as [EpisodeName, number][];
  const fibrillation: (readonly [number, number])[] = [];
  const end = seconds + 1.5;
  let switchAt = firstFibrillation(patient, random);
  changeRhythm(heart, profile.paced === true ? "(P" : "(N");

  while (heart.now < end) {
    if (profile.fibrillation !== undefined && heart.now >= switchAt) {
      const until = heart.now + between(heart, profile.fibrillation.on);
      fibrillation.push([heart.now + 0.1, until]);
      fibrillate(heart, { patient, until: Math.min(until, end), ectopy });
      switchAt = until + between(heart, profile.fibrillation.off);
    } else {
      const episode = drawEpisode(chances, random.uniform() / ectopy);
      if (episode !== undefined) episodes[episode](heart);
      else if (profile.paced === true) pace(heart, patient.pacedInterval);
      else conductSinus(heart);
    }
  }
  return {
    beats: heart.beats,
    atrialWaves: heart.atrialWaves,
    changes: heart.rhythms,
    fibrillation,
  };
}

/** Half of these patients fibrillate already when the recording starts. */
function firstFibrillation({ profile }: Patient, random: Random): number {
  if (profile.fibrillation === undefined || random.uniform() < 0.5) return -10;
  return profile.fibrillation.off[0] * (0.3 + random.uniform());
}

function drawEpisode(chances: readonly [EpisodeName, number][], draw: number): EpisodeName | undefined {
  let sum = 0;
  return chances.find(([, chance]) => (sum += chance) > draw)?.[0];
}

/** The pacemaker waits for its interval; where the sinus node is about as fast, both excite the ventricles (`f`). */
function pace(heart: Heart, pacedInterval: number): void {
  const time = heart.now + pacedInterval;
  if (heart.due < time - 0.03) return conductSinus(heart);
  const { normal, paced } = heart.shapes;
  if (heart.due < time + 0.05) {
    addBeat(heart, { time, symbol: "f", shape: blendShapes(normal, paced, between(heart, [0.3, 0.6])) });
  } else {
    addBeat(heart, { time, symbol: "/", shape: paced });
  }
  while (heart.due < heart.now + 0.3) {
    sinusP(heart, heart.due);
    heart.due += heart.timing.interval(heart.due);
  }
}

interface Fibrillation {
  readonly patient: Patient;
  readonly until: number;
  readonly ectopy: number;
}

/**
 * Atrial fibrillation: no P waves, intervals drawn anew each time (log-normal). A beat that comes soon after a long interval may
 * be conducted aberrantly (Ashman).
 */
function fibrillate(heart: Heart, { patient, until, ectopy }: Fibrillation): void {
  const { random, shapes } = heart;
  const ventricular = (patient.profile.episodes.ventricularPremature ?? 0) * ectopy;
  let previous = patient.fibrillationInterval;
  changeRhythm(heart, "(AFIB");
  while (heart.now < until) {
    const drawn = patient.fibrillationInterval * Math.exp(patient.fibrillationSpread * random.normal());
    const interval = Math.max(0.33, drawn);
    const time = heart.now + interval;
    if (random.uniform() < ventricular) {
      addBeat(heart, { time: heart.now + Math.max(0.33, 0.75 * interval), symbol: "V", shape: shapes.ventricular[0]! });
    } else if (interval < 0.62 * previous && random.uniform() < 0.5) {
      addBeat(heart, { time, symbol: "a", shape: shapes.aberrant });
    } else {
      addBeat(heart, { time, symbol: heart.normalSymbol, shape: shapes.normal });
    }
    previous = interval;
  }
  changeRhythm(heart, "(N");
  heart.due = heart.now + heart.timing.interval(heart.now) * 1.1;
}
