import type { EpisodeName } from "./episodes.ts";
import type { Conduction } from "./shapes.ts";

/** What kind of patient: conduction, and how often something starts instead of an ordinary beat. */
export interface Profile {
  readonly conduction: Conduction;
  /** Chance per sinus beat that this episode starts. */
  readonly episodes: Readonly<Partial<Record<EpisodeName, number>>>;
  /** Seconds of atrial fibrillation at a time, and of sinus rhythm between; absent for none. */
  readonly fibrillation?: { readonly on: readonly [number, number]; readonly off: readonly [number, number] };
  /** Paced by a pacemaker when the sinus node is slower than it. */
  readonly paced?: boolean;
}

/** A few of everything, as in most long recordings. */
const background = {
  atrialPremature: 0.006,
  ventricularPremature: 0.006,
  blockedAtrial: 0.002,
} as const;

export const profiles = {
  quiet: {
    conduction: "narrow",
    episodes: { ...background, junctionalEscape: 0.002, unclassifiable: 0.001 },
  },
  atrial: {
    conduction: "narrow",
    episodes: {
      ...background,
      atrialPremature: 0.06,
      aberrantPremature: 0.012,
      atrialPair: 0.012,
      atrialRun: 0.006,
      blockedAtrial: 0.01,
      junctionalPremature: 0.01,
    },
  },
  ventricular: {
    conduction: "narrow",
    episodes: {
      ...background,
      ventricularPremature: 0.08,
      interpolated: 0.012,
      ventricularPair: 0.02,
      ventricularRun: 0.008,
      bigeminy: 0.012,
      trigeminy: 0.01,
      fusion: 0.02,
      ventricularEscape: 0.002,
    },
  },
  "right-block": {
    conduction: "right-block",
    episodes: {
      ...background,
      ventricularPremature: 0.05,
      bigeminy: 0.004,
      atrialPremature: 0.025,
      fusion: 0.01,
      unclassifiable: 0.002,
    },
  },
  "left-block": {
    conduction: "left-block",
    episodes: { ...background, ventricularPremature: 0.03, atrialPremature: 0.025, fusion: 0.008 },
  },
  fibrillation: {
    conduction: "narrow",
    episodes: {
      ...background,
      ventricularPremature: 0.04,
      aberrantPremature: 0.008,
      atrialPremature: 0.02,
      fusion: 0.004,
    },
    fibrillation: { on: [40, 240], off: [30, 150] },
  },
  fusion: {
    conduction: "narrow",
    episodes: {
      ...background,
      fusion: 0.07,
      ventricularPremature: 0.05,
      ventricularPair: 0.008,
      lateVentricular: 0.03,
    },
  },
  escape: {
    conduction: "narrow",
    episodes: {
      ...background,
      junctionalEscape: 0.03,
      atrialEscape: 0.02,
      ventricularEscape: 0.006,
      junctionalPremature: 0.02,
      blockedAtrial: 0.02,
      atrialPremature: 0.02,
    },
  },
  paced: {
    conduction: "narrow",
    episodes: { ...background, ventricularPremature: 0.02, atrialPremature: 0.012, fusion: 0.006 },
    paced: true,
  },
  /** Premature beats are the majority: what counts as premature can't be judged from the recording's mean interval. */
  "ectopic-majority": {
    conduction: "narrow",
    episodes: {
      ...background,
      atrialRun: 0.05,
      atrialPremature: 0.25,
      atrialBigeminy: 0.05,
      ventricularPremature: 0.02,
      fusion: 0.006,
    },
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
export const profileNames = Object.keys(profiles) as readonly ProfileName[];
