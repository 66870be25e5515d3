import { z } from "zod";

import { copyBytes } from "../../core/copy-bytes.ts";
import { FormatError } from "../../core/errors.ts";
import type { TrainerState } from "../replicas/replica-group.ts";

/** One epoch as learning curves show it. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch's steps, penalties included. */
  readonly trainLoss: number;
  readonly validation: {
    readonly loss: number;
    /** Of rows with several classes: those with all classes right. */
    readonly accuracy: number;
    readonly macroF1: number | undefined;
    /** Where rows may have several classes, or where it decides. */
    readonly macroAuc?: number | undefined;
  };
  /** At the epoch's last step. */
  readonly learningRate: number;
  readonly seconds: number;
  /** Of the average of the weights that was judged, where weights are averaged. */
  readonly decay?: number;
  /** From 1, where the training has stages. */
  readonly stage?: number;
}

/**
 * A training after a whole number of epochs, its vectors laid out as in the program of the last epoch's stage; continuing from it gives the same weights as never having
 * stopped.
 */
export interface Checkpoint {
  /** Names the training that it belongs to, so that another is not continued from it by mistake. */
  readonly fingerprint: string;
  readonly epochs: readonly EpochRecord[];
  /** Updates made in the stage. */
  readonly steps: number;
  /** The epoch to keep so far, by the validation rows. */
  readonly best: { readonly epoch: number; readonly score: number; readonly parameters: Float32Array };
  readonly state: TrainerState;
}

const magic = "EINTHCK1";
const preamble = magic.length + 4;

const count = z.int().nonnegative();

const headerSchema = z.strictObject({
  fingerprint: z.string(),
  epochs: z.array(
    z.strictObject({
      epoch: count,
      trainLoss: z.number(),
      validation: z.strictObject({
        loss: z.number(),
        accuracy: z.number(),
        macroF1: z.number().optional() as z.ZodType<number | undefined>,
        macroAuc: z.number().optional(),
      }),
      learningRate: z.number(),
      seconds: z.number(),
      decay: z.number().optional() as z.ZodType<number>,
      stage: count.optional() as z.ZodType<number>,
    }),
  ),
  steps: count,
  best: z.strictObject({ epoch: count, score: z.number() }),
  vectorLengths: z.array(count).min(2),
  sha256: z.string(),
});

/** Magic, header length (32 bits, little-endian), a JSON header padded to 4 bytes, then the vectors as float32. */
export async function encodeCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array> {
  const { best, state, ...rest } = checkpoint;
  const vectors = [best.parameters, state.parameters, ...state.slots];
  const payload = concatenate(vectors);
  const header = {
    ...rest,
    best: { epoch: best.epoch, score: best.score },
    vectorLengths: vectors.map((vector) => vector.length),
    sha256: await sha256(payload),
  };
  let json = JSON.stringify(header);
  const jsonBytes = new TextEncoder().encode(json).length;
  json += " ".repeat((4 - (jsonBytes % 4)) % 4);
  const headerBytes = new TextEncoder().encode(json);
  const bytes = new Uint8Array(preamble + headerBytes.length + payload.length);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(magic.length, headerBytes.length, true);
  bytes.set(headerBytes, preamble);
  bytes.set(payload, preamble + headerBytes.length);
  return bytes;
}

/** @throws FormatError where the bytes are no checkpoint, cut, or changed. */
export async function decodeCheckpoint(bytes: Uint8Array, { file }: { readonly file: string }): Promise<Checkpoint> {
  const wrong = (found: string) =>
    new FormatError(`Cannot read checkpoint: expected a whole checkpoint file, found ${found}.`, { file });
  if (bytes.length < preamble || new TextDecoder().decode(bytes.subarray(0, magic.length)) !== magic) {
    throw wrong("another kind of file");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerEnd = preamble + view.getUint32(magic.length, true);
  if (headerEnd > bytes.length) throw wrong(`${bytes.length} bytes, ${headerEnd} needed for its header`);
  const header = readHeader(bytes.subarray(preamble, headerEnd));
  if (header === undefined) throw wrong("a damaged header");
  const payload = copyBytes(bytes.subarray(headerEnd));
  if ((await sha256(payload)) !== header.sha256) throw wrong("a payload that does not match its SHA-256");
  const { vectorLengths, sha256: _digest, best, ...rest } = header;
  const count = vectorLengths.reduce((sum, length) => sum + length, 0);
  if (count * 4 !== payload.length) throw wrong(`${payload.length} bytes of values, ${count * 4} needed`);
  const values = new Float32Array(payload.buffer);
  let start = 0;
  const vectors = vectorLengths.map((length) => values.slice(start, (start += length)));
  const [bestParameters, parameters, ...slots] = vectors;
  if (bestParameters === undefined || parameters === undefined) throw wrong("too few vectors");
  return { ...rest, best: { ...best, parameters: bestParameters }, state: { parameters, slots } };
}

function readHeader(bytes: Uint8Array): z.output<typeof headerSchema> | undefined {
  try {
    return headerSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data;
  } catch {
    return undefined;
  }
}

function concatenate(vectors: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const all = new Float32Array(vectors.reduce((sum, vector) => sum + vector.length, 0));
  let start = 0;
  for (const vector of vectors) {
    all.set(vector, start);
    start += vector.length;
  }
  return new Uint8Array(all.buffer);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
