import type { WfdbEntry } from "./wfdb-entry.ts";

/**
 * 75 half-hour recordings of twelve leads at 257 Hz, cut from 32 persons' Holter tapes; beats found by an algorithm and
 * corrected by hand. Which person a record is of stands in its header ("patient 1" to "patient 32"). Size from the format (16)
 * and the length.
 */
export const incartdb: WfdbEntry = {
  kind: "wfdb",
  name: "incartdb",
  title: "St Petersburg INCART 12-lead Arrhythmia Database",
  version: "1.0.0",
  path: "incartdb/1.0.0",
  recordNames: Array.from({ length: 75 }, (_, i) => `I${String(i + 1).padStart(2, "0")}`),
  extensions: ["hea", "dat", "atr"],
  annotator: "atr",
  extraFiles: ["RECORDS"],
  personInComments: /\bpatient\s+(\d+)/i,
  bytes: 834_000_000,
  licence: {
    name: "Open Data Commons Attribution License v1.0",
    url: "https://opendatacommons.org/licenses/by/1-0/",
  },
  citation:
    "Tihonenko V et al. St Petersburg INCART 12-lead Arrhythmia Database. PhysioNet (2008), doi 10.13026/C2V88N; " +
    "Goldberger A et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).",
};
