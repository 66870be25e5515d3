import { namesIn } from "../dataset-files.ts";
import type { RecordingsEntry } from "../recordings-entry.ts";
import { openPtbXl, ptbXlRecords } from "./open-ptb-xl.ts";
import { ptbXlFiles, ptbXlRecordCount, ptbXlTasks } from "./ptb-xl-facts.ts";

const fileCount = 4 * ptbXlRecordCount + ptbXlFiles.length;

/** 21,799 ten-second recordings of twelve leads from 18,869 persons, at 100 and 500 Hz, with 71 statements (Wagner et al. 2020). */
export const ptbXl: RecordingsEntry = {
  kind: "recordings",
  name: "ptb-xl",
  title: "PTB-XL, a large publicly available electrocardiography dataset",
  version: "1.0.3",
  path: "ptb-xl/1.0.3",
  recordCount: ptbXlRecordCount,
  fileCount,
  bytes: 3_180_000_000,
  licence: {
    name: "Creative Commons Attribution 4.0 International",
    url: "https://creativecommons.org/licenses/by/4.0/",
  },
  citation:
    "Wagner P et al. PTB-XL, a large publicly available electrocardiography dataset. Scientific Data 7:154 (2020); " +
    "Goldberger A et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation 101(23):e215-e220 (2000).",
  tasks: ptbXlTasks,
  needs: (file) => /^records(?:100|500)\/\d{5}\/\d{5}_[lh]r\.(?:hea|dat)$/.test(file) || ptbXlFiles.includes(file),
  countFiles: async (directory) => {
    const [low, high] = [await ptbXlRecords(directory, 100), await ptbXlRecords(directory, 500)];
    const beside = low.size + high.size === 0 ? [] : await namesIn(directory);
    const metadata = ptbXlFiles.filter((file) => beside.includes(file)).length;
    return { present: 2 * (low.size + high.size) + metadata, expected: fileCount };
  },
  open: openPtbXl,
};
