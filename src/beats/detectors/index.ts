import type { Detector } from "./detector.ts";
import { panTompkins1985 } from "./pan-tompkins-1985.ts";

export type { DetectRPeaks, Detector, DetectorOptions } from "./detector.ts";
export { panTompkins1985 } from "./pan-tompkins-1985.ts";

/** All R-peak detectors. Each passes one contract suite. */
export const detectors: readonly Detector[] = [{ name: "panTompkins1985", detect: panTompkins1985 }];
