import type { WfdbEntry } from "./wfdb-entry.ts";

/**
 * Records 118 and 119 of the MIT-BIH Arrhythmia Database with noise added at six levels (e24 to e_6: signal to noise in dB),
 * and the half hours of noise themselves: baseline wander, electrode motion, muscle. Beats as in the clean records. Which files
 * the noise records have is as in the copy at hand.
 */
export const nstdb: WfdbEntry = {
  kind: "wfdb",
  name: "nstdb",
  title: "MIT-BIH Noise Stress Test Database",
  version: "1.0.0",
  path: "nstdb/1.0.0",
  recordNames: [
    ...["118", "119"].flatMap((record) => ["e24", "e18", "e12", "e06", "e00", "e_6"].map((level) => record + level)),
    "bw",
    "em",
    "ma",
  ],
  extensions: ["hea", "dat", "atr"],
  annotator: "atr",
  extraFiles: ["RECORDS"],
  extensionsOf: { bw: ["hea", "dat"], em: ["hea", "dat"], ma: ["hea", "dat"] },
  samePerson: Object.fromEntries(
    ["118", "119"].flatMap((record) =>
      ["e24", "e18", "e12", "e06", "e00", "e_6"].map((level) => [record + level, `mitdb/${record}`]),
    ),
  ),
  bytes: 29_400_000,
  licence: {
    name: "Open Data Commons Attribution License v1.0",
    url: "https://opendatacommons.org/licenses/by/1-0/",
  },
  citation:
    "Moody GB, Muldrow WE, Mark RG. A noise stress test for arrhythmia detectors. Computers in Cardiology 11:381-384 (1984); " +
    "Goldberger A et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).",
};
