export * from "./index.ts";
export * from "./load-architecture.node.ts";
