/** AAMI's five beat classes: normal, supraventricular ectopic, ventricular ectopic, fusion, unclassifiable. */
export type AamiClass = "N" | "S" | "V" | "F" | "Q";

export type ClassMapName = "aami-ec57" | "literature";

/**
 * WFDB beat symbol → AAMI class. Two maps are in use, and every report names its own:
 * `aami-ec57` is the one of the EC57 standard as WFDB's `bxb` applies it; `literature` is the one of most papers on
 * MIT-BIH, which counts the escape beats `e` and `j` as normal.
 */
export const classMaps: Readonly<Record<ClassMapName, ReadonlyMap<string, AamiClass>>> = {
  "aami-ec57": classMap({ N: "N L R B", S: "A a J S n e j", V: "V E r", F: "F", Q: "/ f Q ?" }),
  literature: classMap({ N: "N L R B e j", S: "A a J S n", V: "V E r", F: "F", Q: "/ f Q ?" }),
};

function classMap(symbols: Readonly<Record<AamiClass, string>>): ReadonlyMap<string, AamiClass> {
  return new Map(
    (Object.entries(symbols) as [AamiClass, string][]).flatMap(([name, list]) =>
      list.split(" ").map((symbol) => [symbol, name] as const),
    ),
  );
}
