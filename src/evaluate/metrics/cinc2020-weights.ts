/** The classes that a version of the challenge scored, and how it weighs mistakes. */
export interface CincWeights {
  readonly classes: readonly CincClass[];
  /** Pairs whose weight is not what the distances give, by abbreviation. */
  readonly exceptions: readonly { readonly pair: readonly [string, string]; readonly weight: number }[];
}

export interface CincClass {
  /** As the challenge abbreviates it; several are classes that it scores as one. */
  readonly names: readonly string[];
  /** SNOMED CT codes, in the order of `names`. */
  readonly codes: readonly string[];
  /** Distance from sinus rhythm; see {@link cincWeight}. */
  readonly distance: number;
}

/** The normal class of the challenge's score: sinus rhythm. */
export const cincNormal = "NSR";

const named = (names: string, codes: string, distance: number): CincClass => ({
  names: names.split(" "),
  codes: codes.split(" "),
  distance,
});

const shared: readonly CincClass[] = [
  named("AF", "164889003", 0.25),
  named("AFL", "164890007", 0.25),
  named("Brady", "426627000", 0.05),
  named("CRBBB RBBB", "713427006 59118001", 0.15),
  named("IAVB", "270492004", 0.05),
  named("IRBBB", "713426002", 0.05),
  named("LAD", "39732003", 0.1),
  named("LAnFB", "445118002", 0.1),
  named("LPR", "164947007", 0.05),
  named("LQRSV", "251146004", 0.175),
  named("LQT", "111975006", 0.2),
  named("NSIVCB", "698252002", 0.1),
  named("NSR", "426783006", 0),
  named("PAC SVPB", "284470004 63593006", 0.0875),
  named("PR", "10370003", 0.125),
  named("PVC VPB", "427172004 17338001", 0.125),
  named("QAb", "164917005", 0.35),
  named("RAD", "47665007", 0.1),
  named("SA", "427393009", 0.05),
  named("SB", "426177001", 0.05),
  named("STach", "427084000", 0.125),
  named("TAb", "164934002", 0.25),
  named("TInv", "59931005", 0.25),
];

/**
 * The scored classes of the PhysioNet/CinC Challenges 2020 and 2021 (Perez Alday et al. 2020; Reyna et al. 2021; the challenges'
 * published weights.csv and dx_mapping_scored.csv). The published tables are what {@link cincWeight} makes of the distances,
 * which the tests compare entry by entry.
 */
export const cincWeights: Readonly<Record<"2020" | "2021", CincWeights>> = {
  "2020": { classes: [...shared, named("LBBB", "164909002", 0.225)], exceptions: [] },
  "2021": {
    classes: [
      ...shared,
      named("BBB", "6374002", 0.225),
      named("CLBBB LBBB", "733534002 164909002", 0.225),
      named("PRWP", "365413008", 0.175),
    ],
    exceptions: [
      { pair: ["BBB", "CLBBB"], weight: 0.475 },
      { pair: ["LQRSV", "PRWP"], weight: 0.475 },
    ],
  },
};

/** The weight of deciding for one class where the other is true: 1 for the right one, otherwise .5 − |distance − distance|. */
export function cincWeight({ exceptions }: CincWeights, [a, b]: readonly [CincClass, CincClass]): number {
  if (a.names[0] === b.names[0]) return 1;
  const exception = exceptions.find(({ pair }) => pair.includes(a.names[0]!) && pair.includes(b.names[0]!));
  // Rounded to the tables' four decimals.
  return exception?.weight ?? Math.round(1e4 * (0.5 - Math.abs(a.distance - b.distance))) / 1e4;
}
