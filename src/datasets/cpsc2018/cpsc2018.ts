import type { RecordingsEntry } from "../recordings-entry.ts";
import { countCpsc2018Files, cpsc2018RecordCount, cpsc2018Records, cpsc2018Reference } from "./cpsc2018-records.ts";
import { openCpsc2018 } from "./open-cpsc2018.ts";

/**
 * The training set of the China Physiological Signal Challenge 2018 (ICBEB): twelve leads, 6 to 60 s, 500 Hz. It is had in two
 * forms: as published for that challenge (`A0001.mat` with a structure ECG, `REFERENCE.csv`), and converted to WFDB for the
 * PhysioNet/CinC Challenges 2020 and 2021 (`A0001.hea` and `.mat`, diagnoses as SNOMED CT codes in the header), which is what is
 * downloaded. Path, count and licence of the latter are as cited on its pages; the file list itself could not be looked at.
 */
export const cpsc2018: RecordingsEntry = {
  kind: "recordings",
  name: "cpsc2018",
  title: "China Physiological Signal Challenge 2018, training set (ICBEB2018)",
  version: "1.0.3 (challenge-2021)",
  path: "challenge-2021/1.0.3",
  recordCount: cpsc2018RecordCount,
  fileCount: 2 * cpsc2018RecordCount,
  bytes: 1_320_000_000,
  licence: {
    name: "Creative Commons Attribution 4.0 International",
    url: "https://creativecommons.org/licenses/by/4.0/",
  },
  citation:
    "Liu F et al. An open access database for evaluating the algorithms of electrocardiogram rhythm and morphology " +
    "abnormality detection. J Med Imaging Health Inform 8(7):1368-1373 (2018); Reyna MA et al. Will two do? Varying " +
    "dimensions in electrocardiography: the PhysioNet/Computing in Cardiology Challenge 2021. Computing in Cardiology 48 (2021).",
  tasks: ["icbeb"],
  needs: (file) => /^training\/cpsc_2018\/g\d\/A\d{4}\.(?:hea|mat)$/.test(file),
  countFiles: async (directory) =>
    countCpsc2018Files(await cpsc2018Records(directory), {
      hasReference: (await cpsc2018Reference(directory)) !== undefined,
    }),
  open: openCpsc2018,
};
