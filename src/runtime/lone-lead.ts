import { type RecordingPreprocessing, isUsableLead } from "../beats/index.ts";
import type { Notice, Recording } from "../core/recording.ts";

/**
 * A model's preprocessing as it fits a recording. Recorders of one lead call it what they like: where the model reads one lead, by a
 * name that the recording has not, and the recording has exactly one ECG lead, this one is read, and a notice says so.
 */
export function fitLoneLead(
  preprocessing: RecordingPreprocessing,
  recording: Recording,
): { readonly preprocessing: RecordingPreprocessing; readonly notices: readonly Notice[] } {
  const { leads } = preprocessing;
  const asItIs = { preprocessing, notices: [] };
  if (leads === "all" || leads.length !== 1) return asItIs;
  const wanted = [leads[0]!].flat();
  const isWanted = (name: string) => wanted.some((each) => each.toUpperCase() === name.toUpperCase());
  const [lone, ...others] = recording.leads.filter(isUsableLead);
  if (lone === undefined || others.length > 0 || recording.leads.some(({ name }) => isWanted(name))) return asItIs;
  const message = `The model reads lead ${wanted.join(" or ")}; ${lone.name}, the recording's only ECG lead, was read in its place.`;
  return { preprocessing: { ...preprocessing, leads: [lone.name] }, notices: [{ code: "lone-lead", message }] };
}
