import { addBeat, between, changeRhythm, conductSinus, type Heart, interval, refractory, sinusP } from "./heart.ts";
import { blendShapes } from "./shapes.ts";

/** What may happen instead of an ordinary beat, and what it does to the rhythm after it. */
export const episodes = {
  /** An atrial focus fires early and resets the sinus node: the pause after it is not compensatory. */
  atrialPremature: (heart) => atrialBeat(heart, "A"),
  /** The same, but one bundle branch is still refractory: the QRS is wide. */
  aberrantPremature: (heart) => atrialBeat(heart, "a"),
  atrialPair: (heart) => {
    atrialBeat(heart, "A");
    atrialBeat(heart, "A");
  },
  /** Supraventricular tachycardia, 3 to 12 beats. */
  atrialRun: (heart) => {
    const count = 3 + heart.random.integer(10);
    const cycle = between(heart, [0.5, 0.68]) * interval(heart);
    changeRhythm(heart, "(SVTA");
    atrialBeat(heart, "A");
    for (let i = 1; i < count; i++) {
      const time = heart.now + Math.max(0.31, cycle * (1 + 0.03 * heart.random.normal()));
      ectopicP(heart, time);
      addBeat(heart, { time, symbol: "A", shape: heart.shapes.normal });
    }
    resetSinus(heart, [1.05, 1.4]);
    changeRhythm(heart, "(N");
  },
  atrialBigeminy: (heart) => {
    const count = 3 + heart.random.integer(8);
    changeRhythm(heart, "(AB");
    for (let i = 0; i < count; i++) {
      conductSinus(heart);
      atrialBeat(heart, "A");
    }
    changeRhythm(heart, "(N");
  },
  /** So early that the AV node does not conduct it: a pause without any premature QRS. */
  blockedAtrial: (heart) => {
    const time = heart.now + between(heart, [0.36, 0.46]) * interval(heart);
    heart.atrialWaves.push({ time, shape: heart.shapes.ectopicP, blocked: true });
    heart.due = time + heart.timing.conduction + between(heart, [1, 1.12]) * interval(heart);
  },
  junctionalPremature: (heart) => {
    const time = heart.now + between(heart, heart.timing.atrialCoupling) * interval(heart);
    junctionalBeat(heart, { time, symbol: "J" });
  },
  /** The sinus node pauses, the AV node steps in. */
  junctionalEscape: (heart) => {
    const time = heart.now + between(heart, [1.2, 1.6]) * interval(heart);
    junctionalBeat(heart, { time, symbol: "j" });
  },
  atrialEscape: (heart) => {
    const time = heart.now + between(heart, [1.15, 1.5]) * interval(heart);
    ectopicP(heart, time);
    addBeat(heart, { time, symbol: "e", shape: heart.shapes.normal });
    resetSinus(heart, [0.95, 1.1]);
  },
  ventricularEscape: (heart) => {
    const time = heart.now + between(heart, [1.5, 2]) * interval(heart);
    addBeat(heart, { time, symbol: "E", shape: heart.shapes.ventricular[2]! });
    resetSinus(heart, [0.95, 1.15]);
  },
  ventricularPremature: (heart) => prematureVentricular(heart, chooseFocus(heart)),
  /** Nearly on time, with the sinus P wave just before it: only its form gives it away. */
  lateVentricular: (heart) => {
    const time = heart.due - between(heart, [0.02, 0.07]);
    sinusP(heart, heart.due);
    ventricularBeat(heart, { time, focus: 0 });
    heart.due += interval(heart);
  },
  /** Between two sinus beats that stay on time. */
  interpolated: (heart) => {
    const time = heart.now + Math.max(refractory + 0.06, 0.46 * interval(heart));
    const onTime = heart.due;
    if (onTime - time < 0.4) return prematureVentricular(heart, 0);
    ventricularBeat(heart, { time, focus: 0 });
    heart.due = onTime + 0.03;
  },
  ventricularPair: (heart) => {
    const focus = chooseFocus(heart);
    prematureVentricular(heart, focus);
    followingVentricular(heart, { focus, cycle: between(heart, [0.36, 0.52]) });
    resumeSinus(heart);
  },
  /** Ventricular tachycardia, 3 to 10 beats. */
  ventricularRun: (heart) => {
    const count = 3 + heart.random.integer(8);
    const cycle = between(heart, [0.33, 0.5]);
    changeRhythm(heart, "(VT");
    prematureVentricular(heart, 0);
    for (let i = 1; i < count; i++) followingVentricular(heart, { focus: 0, cycle });
    changeRhythm(heart, "(N");
    resumeSinus(heart);
  },
  bigeminy: (heart) => alternate(heart, { aux: "(B", sinusBeats: 1 }),
  trigeminy: (heart) => alternate(heart, { aux: "(T", sinusBeats: 2 }),
  /** A ventricular front meets the sinus front: both forms at once, nearly on time. */
  fusion: (heart) => {
    const time = heart.due - between(heart, [0, 0.045]);
    sinusP(heart, heart.due);
    const shape = blendShapes(heart.shapes.normal, heart.shapes.ventricular[0]!, between(heart, [0.3, 0.7]));
    addBeat(heart, { time, symbol: "F", shape });
    heart.due += interval(heart);
  },
  unclassifiable: (heart) => {
    addBeat(heart, { time: heart.due, symbol: "Q", shape: heart.shapes.odd });
    heart.due += interval(heart);
  },
} as const satisfies Record<string, (heart: Heart) => void>;

export type EpisodeName = keyof typeof episodes;

function atrialBeat(heart: Heart, symbol: "A" | "a"): void {
  const time = heart.now + Math.max(0.33, between(heart, heart.timing.atrialCoupling) * interval(heart));
  ectopicP(heart, time);
  addBeat(heart, { time, symbol, shape: symbol === "a" ? heart.shapes.aberrant : heart.shapes.normal });
  resetSinus(heart, [0.98, 1.18]);
}

function ectopicP(heart: Heart, beat: number): void {
  const time = beat - heart.timing.conduction * between(heart, [0.8, 1.1]);
  heart.atrialWaves.push({ time, shape: heart.shapes.ectopicP });
}

/** A beat of the AV node: its P wave runs backwards, before, within or after the QRS. */
function junctionalBeat(heart: Heart, { time, symbol }: { readonly time: number; readonly symbol: string }): void {
  addBeat(heart, { time: Math.max(time, heart.now + 0.33), symbol, shape: heart.shapes.normal });
  const where = heart.random.integer(3);
  if (where !== 1) {
    heart.atrialWaves.push({ time: heart.now + (where === 0 ? -0.085 : 0.1), shape: heart.shapes.retrogradeP });
  }
  resetSinus(heart, [1, 1.15]);
}

/** The sinus node starts anew: its next beat comes after this share of its interval. */
function resetSinus(heart: Heart, share: readonly [number, number]): void {
  heart.due = heart.now + between(heart, share) * interval(heart);
}

/** Mostly the first focus of three. */
function chooseFocus(heart: Heart): number {
  const draw = heart.random.uniform();
  return draw < 0.8 ? 0 : draw < 0.95 ? 1 : 2;
}

function ventricularBeat(heart: Heart, { time, focus }: { readonly time: number; readonly focus: number }): void {
  addBeat(heart, { time, symbol: "V", shape: heart.shapes.ventricular[focus]! });
}

function prematureVentricular(heart: Heart, focus: number): void {
  const cycle = interval(heart);
  const coupling = heart.timing.ventricularCoupling[focus]! * (1 + 0.04 * heart.random.normal());
  ventricularBeat(heart, { time: heart.now + Math.max(0.32, coupling * cycle), focus });
  if (heart.random.uniform() < heart.timing.retrograde) {
    heart.atrialWaves.push({ time: heart.now + 0.17, shape: heart.shapes.retrogradeP });
    resetSinus(heart, [1, 1.12]);
  } else {
    resumeSinus(heart);
  }
}

function followingVentricular(heart: Heart, options: { readonly focus: number; readonly cycle: number }): void {
  const time = heart.now + Math.max(refractory, options.cycle * (1 + 0.04 * heart.random.normal()));
  ventricularBeat(heart, { time, focus: options.focus });
}

/** The sinus node kept its time; impulses that met refractory ventricles show only their P wave: a compensatory pause. */
function resumeSinus(heart: Heart): void {
  while (heart.due < heart.now + 0.52 * interval(heart) || heart.due < heart.now + 0.4) {
    sinusP(heart, heart.due);
    heart.due += interval(heart);
  }
}

function alternate(heart: Heart, { aux, sinusBeats }: { readonly aux: string; readonly sinusBeats: number }): void {
  const count = 4 + heart.random.integer(10);
  changeRhythm(heart, aux);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < sinusBeats; k++) conductSinus(heart);
    prematureVentricular(heart, 0);
  }
  changeRhythm(heart, "(N");
}
