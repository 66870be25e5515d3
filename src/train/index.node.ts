export * from "./index.ts";
export * from "./half-weights.node.ts";
export * from "./make-report.node.ts";
export * from "./run-fold.node.ts";
export * from "./run-folder.node.ts";
export * from "./run-recipe.node.ts";
export * from "./thread-replicas.node.ts";
