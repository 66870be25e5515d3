import { flacFormats } from "./flac.ts";
import { sampleFormats } from "./sample-formats.ts";

/** Stands for missing samples where a format has no marker of its own (8, and signals without a file), as in the WFDB library. */
const genericInvalid = -32768;

/** The digital value that marks a sample as invalid in signal format `code`. */
export function invalidMarker(code: number | undefined): number {
  const format = code === undefined ? undefined : (sampleFormats.get(code) ?? flacFormats.get(code));
  return format?.invalid ?? genericInvalid;
}
