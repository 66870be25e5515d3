export * from "./architecture.ts";
export * from "./layers/index.ts";
export * from "./multi-branch-cnn.ts";
export * from "./registry.ts";
