export * from "./byte-source.ts";
export * from "./cut-recording.ts";
export * from "./device.ts";
export * from "./errors.ts";
export * from "./millivolts.ts";
export * from "./random.ts";
export * from "./recording.ts";
