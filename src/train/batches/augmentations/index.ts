export * from "./augmentation-table.ts";
export type { AugmentationContext } from "./define-augmentation.ts";
