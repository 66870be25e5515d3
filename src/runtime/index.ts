export * from "./predictor.ts";
