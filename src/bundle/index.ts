export * from "./bundle.ts";
export * from "./calibration.ts";
export * from "./decision.ts";
export * from "./model-card.ts";
