export * from "./bundle.ts";
export * from "./model-card.ts";
