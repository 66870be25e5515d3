export * from "./read-csv-table.ts";
export * from "./resolve-predictions.ts";
export * from "./score-json.ts";
export * from "./score-report.ts";
export * from "./score-table.ts";
export * from "./score-tables.ts";
export * from "./settle-decisions.ts";
