export * from "./catalogue.ts";
export * from "./data-directories.ts";
export {
  downloadDataset,
  type DownloadOptions,
  type DownloadProgress,
  type DownloadResult,
  physionet,
} from "./download.ts";
export { type FolderEntry, openFolderDataset } from "./folder/folder-dataset.ts";
export * from "./locate.ts";
export { type LocatedDataset, readRecordsFile, watchOpened, wfdbDirectory } from "./located-dataset.ts";
export type { RecordingsEntry } from "./recordings-entry.ts";
export type { RecordLabels } from "./record-labels.ts";
export * from "./splits/index.ts";
export { type ProfileName, profileNames } from "./synthetic/profiles.ts";
export { standardLeads } from "./synthetic/lead-vectors.ts";
export { type SynthesisOptions, synthesiseRecording } from "./synthetic/synthesise-recording.ts";
export { type GeneratedEntry, openSynthetic12, type Synthetic12Options } from "./synthetic12/synthetic12.ts";
export { writePtbXlLayout, type PtbXlLayoutOptions } from "./synthetic12/write-ptb-xl-layout.ts";
export { syntheticDataset, writeSyntheticDataset } from "./synthetic/synthetic-dataset.ts";
export type { SyntheticEntry, SyntheticOptions } from "./synthetic/synthetic-entry.ts";
export { checksumFile, datasetFiles, type Licence, recordFiles, type WfdbEntry } from "./wfdb-entry.ts";
export * from "./verify.ts";
