export * from "./mitdb-splits.ts";
export * from "./patient-split.ts";
export * from "./split.ts";
export * from "./stratified-folds.ts";
