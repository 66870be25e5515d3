/** Class → the rhythms that belong to it, as annotated: `{ VFL: ["(VFL", "(VF"] }`. The order is the order of the classes. */
export type RhythmClasses = Readonly<Record<string, readonly string[]>>;

/**
 * The rhythms of the MIT-BIH Arrhythmia Database with at least 60 segments of 2 s (54 of ventricular tachycardia and 40 of
 * atrial bigeminy are fewer). The names are those of other databases too. VFL, SBR, PREX and BII are one person each:
 * a split by patient cannot have them.
 */
export const mitdbRhythmClasses = {
  /** Normal sinus rhythm. */
  N: ["(N"],
  /** Atrial fibrillation. */
  AFIB: ["(AFIB"],
  /** Atrial flutter. */
  AFL: ["(AFL"],
  /** Ventricular flutter or fibrillation. */
  VFL: ["(VFL", "(VF"],
  /** Ventricular bigeminy. */
  B: ["(B"],
  /** Ventricular trigeminy. */
  T: ["(T"],
  /** Paced. */
  P: ["(P"],
  /** Supraventricular tachyarrhythmia. */
  SVTA: ["(SVTA"],
  /** Nodal (AV junctional) rhythm. */
  NOD: ["(NOD"],
  /** Idioventricular rhythm. */
  IVR: ["(IVR"],
  /** Sinus bradycardia. */
  SBR: ["(SBR"],
  /** Pre-excitation (WPW). */
  PREX: ["(PREX"],
  /** 2° heart block. */
  BII: ["(BII"],
} as const satisfies RhythmClasses;
