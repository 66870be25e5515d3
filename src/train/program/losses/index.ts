export * from "./link.ts";
export type { Link, LossInputs, LossKind } from "./loss-kind.ts";
export * from "./loss-table.ts";
export * from "./plain-loss.ts";
