export * from "./beat-waves.ts";
export type { FeatureColumn } from "./feature-column.ts";
export * from "./sequence-features.ts";
export * from "./sequence-chunks.ts";
export * from "./fibrillate-waves.ts";
export * from "./noise-episodes.ts";
export * from "./premature-waves.ts";
export * from "./recut-waves.ts";
export * from "./sequence-preprocessing.ts";
