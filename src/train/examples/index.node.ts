export * from "./damaged-records.node.ts";
export * from "./example-digest.node.ts";
export type * from "./example-kind.node.ts";
export * from "./example-kinds.node.ts";
export type * from "./example-set.node.ts";
export * from "./read-examples.node.ts";
