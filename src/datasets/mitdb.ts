import type { WfdbEntry } from "./wfdb-entry.ts";

/** 48 half-hour recordings of two leads with every beat annotated: the standard of beat classification. */
export const mitdb: WfdbEntry = {
  kind: "wfdb",
  name: "mitdb",
  title: "MIT-BIH Arrhythmia Database",
  version: "1.0.0",
  path: "mitdb/1.0.0",
  recordNames: (
    "100 101 102 103 104 105 106 107 108 109 111 112 113 114 115 116 117 118 119 121 122 123 124 " +
    "200 201 202 203 205 207 208 209 210 212 213 214 215 217 219 220 221 222 223 228 230 231 232 233 234"
  ).split(" "),
  extensions: ["hea", "dat", "atr"],
  annotator: "atr",
  extraFiles: ["RECORDS"],
  // 201 and 202 are the same man (the record notes that PhysioNet publishes with the database).
  samePerson: { "202": "201" },
  bytes: 93_857_258,
  licence: {
    name: "Open Data Commons Attribution License v1.0",
    url: "https://opendatacommons.org/licenses/by/1-0/",
  },
  citation:
    "Moody GB, Mark RG. The impact of the MIT-BIH Arrhythmia Database. IEEE Eng in Med and Biol 20(3):45-50 (2001); " +
    "Goldberger A et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).",
};
