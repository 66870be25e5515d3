export * from "./predict-beat-sequence.ts";
export * from "./predictor.ts";
export type * from "./predict-beats.ts";
export type * from "./predict-recording.ts";
export type * from "./predict-segments.ts";
