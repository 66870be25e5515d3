export * from "./bootstrap-metrics.ts";
export * from "./classification-metrics.ts";
export { addConfusions, type ConfusionMatrix, confusionMatrix, normaliseRows } from "./confusion-matrix.ts";
export * from "./fold-summary.ts";
export * from "./metric-table.ts";
export * from "./record-table.ts";
