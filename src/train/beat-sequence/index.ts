export * from "./encode-sequence-model.ts";
export * from "./patient-folds.ts";
export * from "./run-sequence.ts";
export * from "./sequence-recipe.ts";
export * from "./sequence-recording.ts";
export * from "./sequence-rows.ts";
export * from "./sequence-settings.ts";
export * from "./train-sequence-net.ts";
