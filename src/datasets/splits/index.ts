export * from "./iterative-stratification.ts";
export * from "./mitdb-splits.ts";
export * from "./official-folds.ts";
export * from "./patient-split.ts";
export * from "./split.ts";
export * from "./stratified-folds.ts";
