/** A remark about an annotation's sample, in WFDB's terms. */
export interface Annotation {
  /** Sample number from the start of the recording, at the recording's `sampleRate`. */
  readonly sample: number;
  /** WFDB's symbol: `N`, `V`, `+`, … */
  readonly symbol: string;
  /** WFDB's sub-type, −128 … 127; absent where 0. */
  readonly subtype?: number;
  /** The lead that it belongs to; absent where 0. */
  readonly channel?: number;
  /** WFDB's `num` field, −128 … 127; absent where 0. */
  readonly num?: number;
  /** Free text, such as the rhythm `(AFIB`; absent where empty. */
  readonly aux?: string;
}

/** How a lead was stored, as far as writing it again needs to know. */
export interface LeadEncoding {
  /** Digital units per physical unit. */
  readonly gain: number;
  /** The digital value of 0 physical units. */
  readonly baseline: number;
  /** Resolution in bits. */
  readonly bits: number;
  /** The digital value in the middle of the converter's range. */
  readonly zero: number;
  /** WFDB's signal format (16, 212, …) where it came from a WFDB file. */
  readonly format?: number;
  /** 16-bit sum of the digital samples: what the header says, and what was read. */
  readonly checksum?: { readonly expected: number; readonly found: number };
  /** The digital samples, where the reader was asked to keep them; an invalid sample is the format's own marker value. */
  readonly digital?: Int32Array;
}

/** One lead (channel) of a recording. */
export interface Lead {
  /** `MLII`, `V1`, `II`, … as the file has it. */
  readonly name: string;
  /** Physical unit of the samples; `mV` for an ECG. */
  readonly unit: string;
  /** Samples per second of this lead; differs from the recording's where a frame holds several samples. */
  readonly sampleRate: number;
  /** Physical values; `NaN` where the file marks a sample as invalid. */
  readonly samples: Float32Array;
  readonly encoding?: LeadEncoding;
}

/** Something that a person should know about a recording, and that did not stop it from being read. */
export interface Notice {
  /** Stable, for programs: `checksum`, `length`, `gap`, … */
  readonly code: string;
  /** One sentence, for people. */
  readonly message: string;
}

/** An ECG as the whole project passes it on. */
export interface Recording {
  readonly id: string;
  /** The person recorded, where known. */
  readonly patientId?: string;
  /** Frames per second, Hz. */
  readonly sampleRate: number;
  /** Frames: the length of every lead whose `sampleRate` equals the recording's. */
  readonly sampleCount: number;
  readonly leads: readonly Lead[];
  /** In order of time; empty where there are none. */
  readonly annotations: readonly Annotation[];
  /** The header's comments, without their `#`. */
  readonly comments: readonly string[];
  /** When it started, ISO 8601 without zone, as far as the file says: `2001-02-03T12:30:00`, or `12:30:00` where it has no date. */
  readonly start?: string;
  readonly notices: readonly Notice[];
}
