import type { Licence } from "../wfdb-entry.ts";
import { patientName, type SynthesisOptions } from "./synthesise-recording.ts";

/** The dataset of virtual patients: made by the program, nothing to download. */
export interface SyntheticEntry {
  readonly kind: "synthetic";
  readonly name: string;
  readonly title: string;
  readonly recordNames: readonly string[];
  readonly licence: Licence;
  readonly citation: string;
  /** What the name stands for where nobody says otherwise. */
  readonly options: SyntheticOptions;
}

export interface SyntheticOptions extends Omit<SynthesisOptions, "patient"> {
  /** Number of virtual patients. */
  readonly patients?: number;
}

export const syntheticDefaults = { seed: 1, patients: 40, seconds: 300 } as const satisfies SyntheticOptions;

export const syntheticEntry: SyntheticEntry = {
  kind: "synthetic",
  name: "synthetic",
  title: "Virtual patients with exact annotations",
  recordNames: syntheticRecordNames(syntheticDefaults.patients),
  licence: { name: "Apache-2.0 (as the program)", url: "https://www.apache.org/licenses/LICENSE-2.0" },
  citation:
    "McSharry PE et al. A dynamical model for generating synthetic electrocardiogram signals. IEEE Trans Biomed Eng " +
    "50(3):289-294 (2003); Sameni R et al. Multichannel ECG and noise modeling. EURASIP J Adv Signal Process 2007:043407.",
  options: syntheticDefaults,
};

export function syntheticRecordNames(patients: number): readonly string[] {
  return Array.from({ length: patients }, (_, i) => patientName(i + 1));
}
