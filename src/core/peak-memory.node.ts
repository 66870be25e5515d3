import { writeFileSync } from "node:fs";

/** The most memory that this process has held, megabytes. */
export function peakMemoryMegabytes(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

/** Begins to measure anew where the system can (Linux); elsewhere the peak stays that of the whole process. */
export function resetPeakMemory(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Other systems, or a container that does not allow it.
  }
}
