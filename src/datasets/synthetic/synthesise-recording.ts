import { createRandom, type Random } from "../../core/random.ts";
import type { Lead, Recording } from "../../core/recording.ts";
import { UserError } from "../../core/errors.ts";
import { annotateRhythm } from "./annotate.ts";
import { breathPhase, drawTrack } from "./draw-track.ts";
import type { HeartVector, Shape } from "./heart-vector.ts";
import { dotVectors, type Vector } from "./vectors.ts";
import { leadRecipe, type LeadVectors, type MeasuredLead } from "./lead-vectors.ts";
import { addNoise } from "../../signal/noise/ecg-noise.ts";
import { drawPatient, type Patient } from "./patient.ts";
import { type ProfileName, profileNames } from "./profiles.ts";
import { writeRhythm } from "./rhythm.ts";

export interface SynthesisOptions {
  readonly seed?: string | number;
  /** Which virtual patient, from 1: each has own anatomy, rhythm and noise. */
  readonly patient?: number;
  /** Hz. */
  readonly sampleRate?: number;
  readonly seconds?: number;
  /** 1 to 12 of the standard leads, or MLII. Annotations sit on the QRS peak of the first one. */
  readonly leads?: readonly string[];
  /** What kind of patient; default: dealt out so that each ten patients have one of each kind. */
  readonly profile?: ProfileName;
  /** Factor on the chance of every ectopic beat; 0 for none. */
  readonly ectopy?: number;
  /** Factor on all noise; 0 for none. */
  readonly noise?: number;
  /** WFDB signal format to quantise for: 16 (1 µV) or 212 (2.5 µV, ±5 mV). */
  readonly format?: 16 | 212;
}

/** Digital units per millivolt, and bits, for each storage format. */
const storage = { 16: { gain: 1000, bits: 16 }, 212: { gain: 400, bits: 12 } } as const;

/**
 * A recording of a virtual patient, with exact annotations. The same options give the same samples: every number comes from a
 * seeded generator, and the samples are quantised as a recorder would, so that even a JavaScript engine whose `Math.sin` differs in
 * the last bit gives the same file.
 */
export function synthesiseRecording(options: SynthesisOptions = {}): Recording {
  const { seed = 1, patient: number = 1 } = options;
  const random = createRandom(seed).fork("patient").fork(number);
  checkRange("patient", number);
  const patient = drawPatient(random, options.profile ?? dealProfile(seed, number));
  return {
    ...recordPatient(patient, { ...options, random }),
    id: patientName(number),
    patientId: `synthetic-${seed}-${number}`,
    comments: [
      `${patient.age} ${patient.sex} synthetic`,
      `Virtual patient ${number} of seed ${seed}, profile ${patient.profileName}; no real person.`,
    ],
  };
}

export interface RecordPatientOptions extends Omit<SynthesisOptions, "seed" | "patient" | "profile"> {
  /** Where rhythm, track and noise draw from. */
  readonly random: Random;
}

/** Records a virtual person: writes the rhythm, draws the track, measures the leads and adds their noise. */
export function recordPatient(patient: Patient, options: RecordPatientOptions): Recording {
  const { random, sampleRate = 360, seconds = 60, ectopy = 1, noise = 1, format = 16 } = options;
  const leadNames = options.leads ?? ["MLII", "V1"];
  checkRange("sampleRate", sampleRate);
  checkRange("seconds", seconds);
  checkRange("leadCount", leadNames.length);
  const rhythm = writeRhythm(patient, { random: random.fork("rhythm"), seconds, ectopy });
  const length = Math.round(seconds * sampleRate);
  const track = drawTrack(patient, rhythm, { random: random.fork("track"), length, sampleRate });
  const measured = new Map<MeasuredLead, Float64Array>();
  const leads = leadNames.map((name): Lead => {
    const recipe = leadRecipe(name);
    for (const { lead } of recipe) {
      if (measured.has(lead)) continue;
      const samples = projectTrack(track, patient.leads[lead]);
      if (noise > 0) {
        addNoise(samples, {
          random: random.fork("noise").fork(lead),
          bodyRandom: random.fork("noise"),
          levels: patient.noise,
          sampleRate,
          breath: (time) => Math.sin(breathPhase(patient, time)),
          qrsSize: qrsSize(patient.shapes.normal, patient.leads[lead]),
          factor: noise,
        });
      }
      measured.set(lead, samples);
    }
    return storedLead(name, { recipe, measured, sampleRate, format });
  });
  return {
    id: "virtual",
    sampleRate,
    sampleCount: length,
    leads,
    annotations: annotateRhythm(rhythm, { lead: firstLeadVector(patient.leads, leadNames[0]!), sampleRate, length }),
    comments: [],
    notices: [],
  };
}

export function patientName(patient: number): string {
  return `syn${String(patient).padStart(3, "0")}`;
}

/** The kinds of patients, shuffled anew for each round of the deck. */
function dealProfile(seed: string | number, patient: number): ProfileName {
  const round = Math.floor((patient - 1) / profileNames.length);
  const deck = createRandom(seed)
    .fork("deck")
    .fork(round)
    .shuffle([...profileNames]);
  return deck[(patient - 1) % profileNames.length]!;
}

const limits = {
  sampleRate: { low: 100, high: 10_000, what: "a sample rate in Hz" },
  seconds: { low: 1, high: 86_400, what: "a length in seconds" },
  leadCount: { low: 1, high: 12, what: "a number of leads" },
  patient: { low: 1, high: 1e6, what: "a patient number" },
} as const;

function checkRange(name: keyof typeof limits, value: number): void {
  const { low, high, what } = limits[name];
  if (value >= low && value <= high) return;
  throw new UserError(`Cannot synthesise a recording: expected ${what} from ${low} to ${high}, found ${value}`);
}

function projectTrack({ x, y, z }: HeartVector, [a, b, c]: Vector): Float64Array {
  const samples = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) samples[i] = a * x[i]! + b * y[i]! + c * z[i]!;
  return samples;
}

/** The largest |projection| of the QRS's waves, twice: near enough to its peak-to-peak size. */
function qrsSize(shape: Shape, lead: Vector): number {
  const peaks = shape.filter((wave) => wave.part === "QRS").map((wave) => Math.abs(dotVectors(wave.vector, lead)));
  return Math.max(0.4, 1.5 * Math.max(...peaks));
}

function firstLeadVector(vectors: LeadVectors, name: string): Vector {
  const sum: [number, number, number] = [0, 0, 0];
  for (const { lead, weight } of leadRecipe(name)) {
    vectors[lead].forEach((value, axis) => (sum[axis]! += weight * value));
  }
  return sum;
}

interface StoredLeadOptions {
  readonly recipe: ReturnType<typeof leadRecipe>;
  readonly measured: ReadonlyMap<MeasuredLead, Float64Array>;
  readonly sampleRate: number;
  readonly format: 16 | 212;
}

/** Sums a lead's parts and rounds them to the recorder's steps. */
function storedLead(name: string, { recipe, measured, sampleRate, format }: StoredLeadOptions): Lead {
  const { gain, bits } = storage[format];
  const limit = 2 ** (bits - 1) - 1;
  const parts = recipe.map(({ lead, weight }) => ({ values: measured.get(lead)!, weight }));
  const samples = new Float32Array(parts[0]!.values.length);
  for (let i = 0; i < samples.length; i++) {
    let value = 0;
    for (const { values, weight } of parts) value += weight * values[i]!;
    // `+ 0` turns −0 into 0, which a file can't tell apart.
    samples[i] = (Math.max(-limit, Math.min(limit, Math.round(value * gain))) + 0) / gain;
  }
  return { name, unit: "mV", sampleRate, samples, encoding: { gain, baseline: 0, bits, zero: 0, format } };
}
