export type { ScheduleKind, SchedulePlace } from "./schedule-kind.ts";
export * from "./schedule-table.ts";
