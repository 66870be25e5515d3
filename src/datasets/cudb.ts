import type { WfdbEntry } from "./wfdb-entry.ts";

/**
 * 35 eight-minute recordings of one lead at 250 Hz, of people who had ventricular flutter or fibrillation; onset and end are
 * marked in the rhythm annotations and by `[` and `]`. One record per person as far as the page says. Size from the format (212)
 * and the length.
 */
export const cudb: WfdbEntry = {
  kind: "wfdb",
  name: "cudb",
  title: "CU Ventricular Tachyarrhythmia Database",
  version: "1.0.0",
  path: "cudb/1.0.0",
  recordNames: Array.from({ length: 35 }, (_, i) => `cu${String(i + 1).padStart(2, "0")}`),
  extensions: ["hea", "dat", "atr"],
  annotator: "atr",
  extraFiles: ["RECORDS"],
  bytes: 7_000_000,
  licence: {
    name: "Open Data Commons Attribution License v1.0",
    url: "https://opendatacommons.org/licenses/by/1-0/",
  },
  citation:
    "Nolle FM et al. CREI-GARD, a new concept in computerized arrhythmia monitoring systems. Computers in Cardiology 13:515-518 (1986); " +
    "Goldberger A et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).",
};
