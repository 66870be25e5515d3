/** Recordings of version 1.0.3. */
export const ptbXlRecordCount = 21_799;

/** The highest `ecg_id`: version 1.0.1 had a recording for each, 38 of them were withdrawn later. */
export const ptbXlLastRecord = 21_837;

export const ptbXlDatabaseFile = "ptbxl_database.csv";
export const ptbXlStatementsFile = "scp_statements.csv";

/** Files beside the recordings' that are downloaded too. */
export const ptbXlFiles: readonly string[] = [ptbXlDatabaseFile, ptbXlStatementsFile, "LICENSE.txt"];

/** The benchmark's six tasks (Strodthoff et al. 2020), the main one first. */
export const ptbXlTasks = ["superdiagnostic", "subdiagnostic", "diagnostic", "form", "rhythm", "all"] as const;

export type PtbXlTask = (typeof ptbXlTasks)[number];

/** The number of classes that each task has. */
export const ptbXlClassCounts: Readonly<Record<PtbXlTask, number>> = {
  superdiagnostic: 5,
  subdiagnostic: 23,
  diagnostic: 44,
  form: 19,
  rhythm: 12,
  all: 71,
};
