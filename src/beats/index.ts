export * from "./aami-classes.ts";
export * from "./beat-preprocessing.ts";
export * from "./beat-set.ts";
export * from "./rr-features.ts";
export * from "./compare-annotations.ts";
export * from "./detectors/index.ts";
