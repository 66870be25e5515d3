export * from "./index.ts";
export * from "./file-source.node.ts";
