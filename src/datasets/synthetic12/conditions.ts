import type { Random } from "../../core/random.ts";
import type { Shape, Wave } from "../synthetic/heart-vector.ts";
import type { Patient } from "../synthetic/patient.ts";
import type { ProfileName } from "../synthetic/profiles.ts";
import { scaleVector, type Vector } from "../synthetic/vectors.ts";

/** A condition of a virtual person, named by its SCP-ECG code. */
export interface Condition {
  /** Superclass of PTB-XL's, absent for a mere rhythm. */
  readonly superclass?: "NORM" | "MI" | "STTC" | "CD" | "HYP";
  /** Chance to be drawn among the conditions. */
  readonly weight: number;
  /** Conditions that it can't be seen beside. */
  readonly excludes: readonly string[];
  /** The kind of person to begin with; default `quiet`. */
  readonly profile?: ProfileName;
  readonly change?: (patient: Patient, random: Random) => Patient;
}

/**
 * What each condition does to a healthy heart. Directions in Frank's axes (left, feet, back), after textbook descriptions:
 * necrosis takes the early vectors away from the scar, injury turns ST against the main vector, strain turns T against it.
 */
export const conditions = {
  "1AVB": {
    superclass: "CD",
    weight: 1,
    excludes: ["AFIB"],
    change: (patient, random) => ({
      ...patient,
      timing: { ...patient.timing, conduction: uniform(random, 0.25, 0.34) },
    }),
  },
  AFIB: {
    weight: 1.2,
    excludes: ["1AVB"],
    // On from before the recording to after it.
    change: (patient) => ({
      ...patient,
      profile: { ...patient.profile, fibrillation: { on: [1e5, 1e5], off: [-20, -20] } },
    }),
  },
  AMI: {
    superclass: "MI",
    weight: 1,
    excludes: ["CLBBB"],
    change: ofSize([0.8, 1.3], (shape, size) => [
      ...turnT(shape, ([x, y, z]) => [-0.4 * x, 0.7 * y, -z + 0.12]),
      wave("QRS", [-20, 11], scaleVector([-0.05, 0, 0.62], size)),
      wave("QRS", [2, 12], scaleVector([-0.2, 0, 0.45], size)),
    ]),
  },
  CLBBB: { superclass: "CD", weight: 0.8, excludes: ["CRBBB", "AMI", "IMI", "LVH", "ISC_"], profile: "left-block" },
  CRBBB: { superclass: "CD", weight: 0.8, excludes: ["CLBBB"], profile: "right-block" },
  IMI: {
    superclass: "MI",
    weight: 1,
    excludes: ["CLBBB"],
    change: ofSize([0.8, 1.3], (shape, size) => [
      ...turnT(shape, ([x, y, z]) => [x, -0.8 * y, z]),
      wave("QRS", [-24, 11], scaleVector([0.05, -0.62, 0.05], size)),
      wave("QRS", [4, 12], scaleVector([0, -0.4, 0], size)),
    ]),
  },
  ISC_: {
    superclass: "STTC",
    weight: 1,
    excludes: ["CLBBB"],
    change: ofSize([0.8, 1.6], (shape, size) => [
      ...turnT(shape, (vector) => scaleVector(vector, 0.45)),
      ...[95, 150, 205].map((time) => wave("T", [time, 30], scaleVector([-0.11, -0.09, 0.03], size))),
    ]),
  },
  LVH: {
    superclass: "HYP",
    weight: 1,
    excludes: ["CLBBB"],
    change: ofSize([1.7, 2.3], (shape, size) =>
      turnT(shape, (vector) => scaleVector(vector, -0.6)).map((one) =>
        one.part === "QRS" ? { ...one, vector: scaleVector(one.vector, size) } : one,
      ),
    ),
  },
} as const satisfies Record<string, Condition>;

export type ConditionCode = keyof typeof conditions;

/** All classes of the dataset, by name. */
export const conditionClasses = [...Object.keys(conditions), "NORM"].sort();

/** One to three conditions that go together; none for a healthy person. */
export function drawConditions(random: Random): readonly ConditionCode[] {
  if (random.uniform() < 0.36) return [];
  const draw = random.uniform();
  const wanted = draw < 0.7 ? 1 : draw < 0.94 ? 2 : 3;
  const found: ConditionCode[] = [];
  while (found.length < wanted) {
    const open = (Object.entries(conditions) as [ConditionCode, Condition][]).filter(
      ([code, { excludes }]) => !found.includes(code) && !found.some((other) => excludes.includes(other)),
    );
    if (open.length === 0) break;
    let left = random.uniform() * open.reduce((sum, [, { weight }]) => sum + weight, 0);
    found.push((open.find(([, { weight }]) => (left -= weight) < 0) ?? open.at(-1)!)[0]);
  }
  return found.sort();
}

function uniform(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

function wave(part: Wave["part"], [milliseconds, width]: readonly [number, number], vector: Vector): Wave {
  return { part, time: milliseconds / 1000, width: width / 1000, vector };
}

/** Changes the waves of a normal beat, as strongly as is drawn for the person. */
function ofSize(
  [low, high]: readonly [number, number],
  change: (shape: Shape, size: number) => Shape,
): NonNullable<Condition["change"]> {
  return (patient, random) => {
    const normal = change(patient.shapes.normal, uniform(random, low, high));
    return { ...patient, shapes: { ...patient.shapes, normal } };
  };
}

function turnT(shape: Shape, change: (vector: Vector) => Vector): Shape {
  return shape.map((one) => (one.part === "T" ? { ...one, vector: change(one.vector) } : one));
}
