export * from "./architecture.ts";
export * from "./layers.ts";
export * from "./multi-branch-cnn.ts";
export * from "./registry.ts";
