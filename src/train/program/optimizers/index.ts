export type { OptimizerKind, UpdateInputs, UpdateOutputs } from "./optimizer-kind.ts";
export * from "./optimizer-table.ts";
