import { readFileSync } from "node:fs";

import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { readCard, writeBundle } from "../../src/bundle/index.ts";
import { blobSource, memoryFolder, memorySource } from "../../src/core/byte-source.ts";
import { copyBytes } from "../../src/core/copy-bytes.ts";
import { createRandom } from "../../src/core/random.ts";
import {
  encodeNpy,
  parseCsvRecording,
  parseMat,
  parseNpy,
  parseNpyRecording,
  parseWfdbAnnotationFile,
  parseWfdbAnnotations,
  readWfdb,
} from "../../src/formats/index.ts";
import { traceModel } from "../../src/models/index.ts";
import { onnxArchitecture } from "../../src/models/onnx-architecture.ts";
import { openPredictor } from "../../src/runtime/index.ts";
import {
  createExecutor,
  decodeOnnxModel,
  initialiseParameter,
  leavesOf,
  onnxDataTypes,
  onnxFloats,
  readOnnx,
  readOnnxMetadata,
  writeOnnxMetadata,
} from "../../src/tensor/index.ts";
import { decodeCheckpoint, encodeCheckpoint, halveWeights, modelWeights } from "../../src/train/index.node.ts";
import { smallCard } from "../bundle/small-card.ts";

const fileOf = (path: string) => new Uint8Array(readFileSync(new URL(`../${path}`, import.meta.url)));
const matCases = JSON.parse(new TextDecoder().decode(fileOf("golden/mat/cases.json"))) as Record<string, string>;
const mat = (name: string) => new Uint8Array(Buffer.from(matCases[name]!, "base64"));
const text = (content: string) => new TextEncoder().encode(content);

const model = fileOf("../models/beats.onnx");
const npy = encodeNpy({ shape: [2, 3], dtype: "f4", values: Float32Array.of(1, 2, 3, 4, 5, 6) });
const checkpoint = await encodeCheckpoint({
  fingerprint: "a training",
  epochs: [],
  steps: 17,
  best: { epoch: 1, score: -0.4, parameters: Float32Array.of(1, 2, 3) },
  state: { parameters: Float32Array.of(4, 5, 6), slots: [Float32Array.of(7, 8)] },
});

function firstWeights(bytes: Uint8Array) {
  const { initializers } = decodeOnnxModel(bytes).graph;
  return initializers.filter(({ dataType }) => dataType === onnxDataTypes.float32).map(onnxFloats);
}

function layerWeights(bytes: Uint8Array) {
  const { logits } = traceModel(onnxArchitecture(bytes, { name: "net", file: "fcn_wang.current.onnx" }), {
    mode: "inference",
    settings: {},
    batch: 1,
    channels: 12,
    samples: 48,
    classCount: 3,
  });
  const random = createRandom("unused: the file has all values");
  return leavesOf([logits]).parameters.map((tensor) => initialiseParameter(tensor, random));
}

async function predict(bytes: Uint8Array) {
  const predictor = await openPredictor(ort, bytes, { file: "beats.onnx" });
  const { channels, samples } = predictor.card.input;
  const probabilities = await predictor.predictRows(new Float32Array(channels * samples).fill(0.1));
  await predictor.close();
  return probabilities;
}

async function inputsOf(bytes: Uint8Array) {
  const executor = await createExecutor(ort, bytes);
  const names = executor.inputs;
  await executor.close();
  return names;
}

/** A record whose signals are in `bytes`, with the golden header of that name. */
const recordOf = (name: string) => (bytes: Uint8Array) =>
  readWfdb(
    memoryFolder(
      "memory",
      new Map([
        [`${name}.hea`, fileOf(`golden/wfdb/${name}.hea`)],
        [`${name}.dat`, bytes],
      ]),
    ),
    name,
  );

/** What takes bytes: a file for it, and what comes out, as plain values. */
const functions: Record<string, { readonly bytes: Uint8Array; readonly apply: (bytes: Uint8Array) => unknown }> = {
  "memorySource.read": {
    bytes: npy,
    apply: async (bytes) => copyBytes(await memorySource("m", bytes).read({ start: 2 })),
  },
  "blobSource.read": {
    bytes: npy,
    apply: (bytes) => blobSource("b", new Blob([bytes as Uint8Array<ArrayBuffer>])).read({ start: 2 }),
  },
  parseNpy: { bytes: npy, apply: (bytes) => parseNpy(bytes) },
  parseNpyRecording: { bytes: npy, apply: (bytes) => parseNpyRecording(bytes, { id: "r", sampleRate: 100 }) },
  parseCsvRecording: {
    bytes: text("time,I\n0,1\n0.01,2\n"),
    apply: (bytes) => parseCsvRecording(bytes, { id: "r" }),
  },
  "parseMat, level 5": { bytes: mat("ecg compressed"), apply: (bytes) => parseMat(bytes) },
  "parseMat, level 4": { bytes: mat("level 4"), apply: (bytes) => parseMat(bytes) },
  parseWfdbAnnotations: {
    bytes: fileOf("golden/wfdb/fields.atr"),
    apply: (bytes) => parseWfdbAnnotations(bytes, { name: "fields.atr" }),
  },
  parseWfdbAnnotationFile: {
    bytes: fileOf("golden/wfdb/custom.atr"),
    apply: (bytes) => parseWfdbAnnotationFile(bytes, { name: "custom.atr" }),
  },
  "readWfdb, format 212": { bytes: fileOf("golden/wfdb/format212.dat"), apply: recordOf("format212") },
  "readWfdb, format 16": { bytes: fileOf("golden/wfdb/format16.dat"), apply: recordOf("format16") },
  "readWfdb, format 516": { bytes: fileOf("golden/wfdb/format516.dat"), apply: recordOf("format516") },
  readOnnxMetadata: { bytes: model, apply: readOnnxMetadata },
  writeOnnxMetadata: { bytes: model, apply: (bytes) => writeOnnxMetadata(bytes, { author: "somebody" }) },
  onnxFloats: { bytes: model, apply: firstWeights },
  readOnnx: { bytes: model, apply: (bytes) => readOnnx(bytes, { batch: 1 }).weights },
  "layers.onnx": { bytes: fileOf("golden/onnx/fcn_wang.current.onnx"), apply: layerWeights },
  createExecutor: { bytes: model, apply: inputsOf },
  readCard: { bytes: model, apply: (bytes) => readCard(bytes, { file: "beats.onnx" }) },
  writeBundle: { bytes: model, apply: (bytes) => writeBundle(bytes, smallCard) },
  openPredictor: { bytes: model, apply: predict },
  modelWeights: { bytes: model, apply: (bytes) => modelWeights(bytes).from },
  halveWeights: { bytes: model, apply: halveWeights },
  decodeCheckpoint: { bytes: checkpoint, apply: (bytes) => decodeCheckpoint(bytes, { file: "checkpoint" }) },
};

/** As `readFileSync` gives a small file: a Buffer in a pool that others lie in too, at an odd place. */
function pooled(bytes: Uint8Array): Buffer {
  const pool = Buffer.alloc(bytes.length + 64, 0xa5);
  pool.set(bytes, 13);
  return pool.subarray(13, 13 + bytes.length);
}

describe("a function that takes bytes", () => {
  it.each(Object.entries(functions))("takes a Buffer of Node: %s", async (_, { bytes, apply }) => {
    const wanted = await apply(bytes);
    expect(await apply(pooled(bytes))).toEqual(wanted);
  });

  it.each(["12-lead-demo", "beats", "multibranch", "rhythm"])("reads the weights of %s from one", (name) => {
    const bytes = fileOf(`../models/${name}.onnx`);
    expect(readOnnx(pooled(bytes), { batch: 1 }).weights).toEqual(readOnnx(bytes, { batch: 1 }).weights);
  });
});
