import { UserError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import type { Vector } from "./vectors.ts";

/**
 * The leads that are measured: each is a projection of the heart vector. The numbers are Dower's (Dower et al. 1980,
 * doi 10.1002/clc.1980.3.2.87). MLII, the modified lead II of ambulatory recorders, has its electrodes on the chest:
 * lead II's direction, a little larger.
 */
const measured = {
  I: [0.632, -0.235, 0.059],
  II: [0.235, 1.066, -0.132],
  V1: [-0.515, 0.157, -0.917],
  V2: [0.044, 0.164, -1.387],
  V3: [0.882, 0.098, -1.277],
  V4: [1.213, 0.127, -0.601],
  V5: [1.125, 0.127, -0.086],
  V6: [0.831, 0.076, 0.23],
  MLII: [0.36, 1.12, -0.16],
} as const satisfies Record<string, Vector>;

/** The leads that follow from I and II (Einthoven's and Goldberger's equations), as weights of the two. */
const derived = {
  III: { I: -1, II: 1 },
  aVR: { I: -0.5, II: -0.5 },
  aVL: { I: 1, II: -0.5 },
  aVF: { I: -0.5, II: 1 },
} as const;

export type MeasuredLead = keyof typeof measured;
export type LeadName = MeasuredLead | keyof typeof derived;

export const standardLeads = [
  "I",
  "II",
  "III",
  "aVR",
  "aVL",
  "aVF",
  "V1",
  "V2",
  "V3",
  "V4",
  "V5",
  "V6",
] as const satisfies readonly LeadName[];

/** A lead as a weighted sum of measured ones. */
export type LeadRecipe = readonly { readonly lead: MeasuredLead; readonly weight: number }[];

/** @throws UserError where the model has no lead of that name. */
export function leadRecipe(name: string): LeadRecipe {
  if (Object.hasOwn(measured, name)) return [{ lead: name as MeasuredLead, weight: 1 }];
  if (Object.hasOwn(derived, name)) {
    const weights = derived[name as keyof typeof derived];
    return [
      { lead: "I", weight: weights.I },
      { lead: "II", weight: weights.II },
    ];
  }
  const known = [...Object.keys(measured), ...Object.keys(derived)].join(", ");
  throw new UserError(`Cannot synthesise lead ${name}: expected one of ${known}`);
}

/** The projections of one person: electrodes never sit exactly where the textbook has them. */
export type LeadVectors = Readonly<Record<MeasuredLead, Vector>>;

/** @param looseness standard deviation of each coefficient relative to the vector's length. */
export function drawLeadVectors(random: Random, looseness = 0.07): LeadVectors {
  const entries = Object.entries(measured).map(([name, vector]) => {
    const noise = looseness * Math.hypot(...vector);
    return [name, vector.map((value) => value + noise * random.normal())];
  });
  return Object.fromEntries(entries) as LeadVectors;
}
