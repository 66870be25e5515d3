import type { WfdbEntry } from "./wfdb-entry.ts";

/**
 * 78 half-hour recordings of two leads at 128 Hz with many supraventricular beats, each beat annotated. Persons are not
 * published. Size from the format (212) and the length.
 */
export const svdb: WfdbEntry = {
  kind: "wfdb",
  name: "svdb",
  title: "MIT-BIH Supraventricular Arrhythmia Database",
  version: "1.0.0",
  path: "svdb/1.0.0",
  recordNames: [...numbers(800, 812), ...numbers(820, 829), ...numbers(840, 894)],
  extensions: ["hea", "dat", "atr"],
  annotator: "atr",
  extraFiles: ["RECORDS"],
  bytes: 54_500_000,
  licence: {
    name: "Open Data Commons Attribution License v1.0",
    url: "https://opendatacommons.org/licenses/by/1-0/",
  },
  citation:
    "Greenwald SD. Improved detection and classification of arrhythmias in noise-corrupted electrocardiograms using contextual information. PhD thesis, Harvard-MIT Division of Health Sciences and Technology (1990); " +
    "Goldberger A et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).",
};

function numbers(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
}
