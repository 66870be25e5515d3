export * from "./extra-inputs.ts";
export * from "./score-rows.ts";
export * from "./signal-rows.ts";
