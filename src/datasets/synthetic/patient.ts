import type { Random } from "../../core/random.ts";
import type { Timing } from "./heart.ts";
import { createHeartRate } from "./heart-rate.ts";
import { drawLeadVectors, type LeadVectors } from "./lead-vectors.ts";
import { type NoiseLevels, drawNoiseLevels } from "../../signal/noise/noise-levels.ts";
import { type Profile, type ProfileName, profiles } from "./profiles.ts";
import { drawShapes, type Shapes } from "./shapes.ts";

/** One virtual person: everything that stays the same from recording to recording. */
export interface Patient {
  readonly profileName: ProfileName;
  readonly profile: Profile;
  readonly age: number;
  readonly sex: "F" | "M";
  readonly shapes: Shapes;
  readonly leads: LeadVectors;
  readonly timing: Timing;
  /** Mean RR interval in atrial fibrillation, seconds, and the spread of its logarithm. */
  readonly fibrillationInterval: number;
  readonly fibrillationSpread: number;
  /** Peak-to-peak size of the fibrillation waves, millivolts, and waves per second. */
  readonly fibrillationSize: number;
  readonly fibrillationRate: number;
  readonly pacedInterval: number;
  /** Breaths per second, and how far a breath turns the heart (radians) and changes the voltage (relative). */
  readonly respiration: { readonly rate: number; readonly turn: number; readonly gain: number };
  /** Standard deviation of the beats' size: from beat to beat, and over minutes. */
  readonly variation: { readonly beat: number; readonly slow: number };
  readonly noise: NoiseLevels;
}

export function drawPatient(random: Random, profileName: ProfileName): Patient {
  const profile: Profile = profiles[profileName];
  const build = random.fork("build");
  const rate = random.fork("rate");
  const between = (low: number, high: number) => low + (high - low) * build.uniform();
  const mean = 60 / between(52, 98);
  const respiration = { rate: between(0.19, 0.31), turn: between(0.01, 0.09), gain: between(0.01, 0.06) };
  return {
    profileName,
    profile,
    age: Math.floor(between(24, 90)),
    sex: build.uniform() < 0.5 ? "F" : "M",
    shapes: drawShapes(random.fork("shapes"), profile.conduction),
    leads: drawLeadVectors(random.fork("leads")),
    timing: {
      interval: createHeartRate(rate, {
        mean,
        deviation: mean * (0.015 + 0.05 * rate.uniform() ** 2),
        lowToHigh: 0.4 + 1.6 * rate.uniform(),
        respiration: respiration.rate,
        trend: mean * (0.015 + 0.04 * rate.uniform()),
      }),
      conduction: between(0.13, 0.2),
      atrialCoupling: [between(0.55, 0.68), between(0.76, 0.9)],
      ventricularCoupling: [between(0.52, 0.86), between(0.5, 0.9), between(0.5, 0.9)],
      retrograde: between(0, 0.35),
    },
    fibrillationInterval: 60 / between(70, 125),
    fibrillationSpread: between(0.16, 0.27),
    fibrillationSize: between(0.03, 0.16),
    fibrillationRate: between(5, 8),
    pacedInterval: mean * between(0.95, 1.03),
    respiration,
    variation: { beat: between(0.01, 0.05), slow: between(0.02, 0.1) },
    noise: drawNoiseLevels(random.fork("noise")),
  };
}
