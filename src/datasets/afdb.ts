import type { WfdbEntry } from "./wfdb-entry.ts";

/**
 * 25 ten-hour recordings of two leads at 250 Hz, mostly with paroxysmal atrial fibrillation. `atr` has the rhythm, annotated by
 * hand: AFIB, AFL, J and N for all others; `qrs` has beats of a detector that nobody corrected, so they are downloaded but not
 * read as labels. Size from the format (212) and the length.
 */
export const afdb: WfdbEntry = {
  kind: "wfdb",
  name: "afdb",
  title: "MIT-BIH Atrial Fibrillation Database",
  version: "1.0.0",
  path: "afdb/1.0.0",
  recordNames: (
    "04015 04043 04048 04126 04746 04908 04936 05091 05121 05261 06426 06453 06995 07162 07859 07879 07910 08215 08219 " +
    "08378 08405 08434 08455"
  ).split(" "),
  extensions: ["hea", "dat", "atr", "qrs"],
  annotator: "atr",
  extraFiles: ["RECORDS"],
  leftOut: {
    recordNames: ["00735", "03665"],
    reason: "Records 00735 and 03665 of afdb are left out: their signals were never published, only annotations.",
  },
  bytes: 637_000_000,
  licence: {
    name: "Open Data Commons Attribution License v1.0",
    url: "https://opendatacommons.org/licenses/by/1-0/",
  },
  citation:
    "Moody GB, Mark RG. A new method for detecting atrial fibrillation using R-R intervals. Computers in Cardiology 10:227-230 (1983); " +
    "Goldberger A et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).",
};
