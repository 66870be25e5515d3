import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { type Architecture, architectures, traceModel } from "../../src/models/index.ts";
import { onnxArchitecture } from "../../src/models/onnx-architecture.ts";
import {
  decodeOnnxModel,
  type Tensor,
  conv2d,
  encodeOnnx,
  initialiseParameter,
  leafName,
  leavesOf,
  parameter,
  readOnnx,
  sizeOf,
  softmax,
} from "../../src/tensor/index.ts";
import { topologicalOrder } from "../../src/tensor/leaves.ts";
import { buildTrainingProgram, createLocalReplicas } from "../../src/train/index.ts";
import { applyLink } from "../../src/train/program/losses/index.ts";
import { readExport, readGoldenNets } from "../tensor/golden-exports.ts";
import { classes, fitAll, settings, start } from "../train/small-training.ts";

const [channels, samples] = [12, 48];

/** Three kinds of bumps in noise on twelve leads. */
function bumps(size: number) {
  const random = createRandom("bumps");
  const labels = Uint8Array.from({ length: size }, () => random.integer(3));
  const inputs = Float32Array.from({ length: size * channels * samples }, (_, place) => {
    const label = labels[Math.floor(place / (channels * samples))]!;
    return Math.exp(-((((place % samples) - 24) / (1.5 + label * 2)) ** 2)) + 0.15 * random.normal();
  });
  return { inputs, labels, size };
}

const net = (file: string): Architecture => ({
  name: "from-onnx",
  source: "PyTorch",
  build: (x, { layers }) => layers.onnx(x, { name: "net", bytes: readExport(file) }),
});

describe("a net from an ONNX file as a layer", () => {
  it("is trained on from the file's weights, with its running statistics and dropout", async () => {
    const training = settings({ epochs: 2, optimizer: { name: "adam" }, learningRate: 0.01 });
    const { optimizer, averaging, batch, replicas: shards } = training;
    const sizes = { channels, samples, classCount: classes.length };
    const built = buildTrainingProgram({
      architecture: net("fcn_wang.training.onnx"),
      settings: {},
      ...sizes,
      optimizer,
      averaging,
      shardSize: batch / shards,
      shards,
      evaluationBatch: 32,
    });
    expect(built.program.masks.map(({ rate }) => rate)).toEqual([0.25, 0.5]);
    const data = bumps(160);
    const replicas = await createLocalReplicas(ort, { program: built.program, data });
    await start(replicas, built);
    const before = (await replicas.read()).parameters.slice();
    const place = (name: string) => built.program.layout.places.find((each) => each.name === name)!;
    const { parameters } = readGoldenNets().get("fcn_wang")!;
    const { start: at, length } = place("body.0.0.weight");
    expect(before.slice(at, at + length)).toEqual(parameters.get("body.0.0.weight"));
    const events = await fitAll(replicas, { data, training });
    const after = (await replicas.read()).parameters;
    await replicas.close();
    const losses = events.flatMap((event) => (event.kind === "epoch" ? [event.record.validation.loss] : []));
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const mean = place("body.0.1.running_mean");
    expect(mean.start).toBeGreaterThanOrEqual(built.program.layout.trainedSize);
    expect(after.slice(mean.start, mean.start + mean.length)).not.toEqual(
      before.slice(mean.start, mean.start + mean.length),
    );
  });

  it("takes what goes into the softmax at the end, or the value that is named", () => {
    const traced = traceModel(net("conv1d12.current.onnx"), options({ samples: 50 }));
    const bytes = encodeOnnx({
      outputs: { probabilities: softmax(traced.logits, 1) },
      weights: startOf(traced.logits),
      dynamicBatch: true,
    });
    const relu = decodeOnnxModel(bytes).graph.nodes.findLast((node) => node.opType === "Relu")!.outputs[0]!;
    const again: Architecture = {
      name: "again",
      source: "ours",
      build: (x, { layers, classCount }) => {
        const features = layers.onnx(x, { name: "features", bytes, output: relu });
        expect(features.shape).toEqual([2, 8]);
        return layers.dense(features, { name: "output", units: classCount });
      },
    };
    traceModel(again, options({ samples: 50 }));
    const same: Architecture = { ...again, build: (x, { layers }) => layers.onnx(x, { bytes }) };
    const { logits } = traceModel(same, options({ samples: 50 }));
    expect(logits.source.kind === "node" && logits.source.op.name).toBe("add");
    expect(leavesOf([logits]).parameters.map(leafName)).toEqual(leavesOf([traced.logits]).parameters.map(leafName));
  });

  it("of our own is signals again, and what is before it stays as it was", () => {
    const traced = traceModel(net("conv1d12.current.onnx"), options({ samples: 50 }));
    const bytes = encodeOnnx({
      outputs: { logits: traced.logits },
      weights: startOf(traced.logits),
      dynamicBatch: true,
    });
    const before: Tensor[] = [];
    const after: Architecture = {
      name: "after",
      source: "ours",
      build: (x, { layers, ops }) => {
        const kernel = ops.reshape(
          parameter("kernel", [12, 12, 3], { initialise: { kind: "constant", value: 0 } }),
          [12, 12, 1, 3],
        );
        before.push(ops.relu(conv2d(ops.reshape(x, [2, 12, 1, 50]), kernel, { padding: "same" })));
        return layers.onnx(ops.reshape(before[0]!, [2, 12, 50]), { bytes });
      },
    };
    const { logits } = traceModel(after, options({ samples: 50 }));
    const order = topologicalOrder([logits]);
    expect(order).toContain(before[0]);
    const sizes = order.flatMap(({ source }) =>
      source.kind === "node" && source.op.name === "convolution"
        ? [(source.attributes as { readonly size: readonly number[] }).size.length]
        : [],
    );
    expect(sizes).toEqual([2, 1, 1, 1]);
  });

  it("says what does not fit", () => {
    expect(() => traceModel(net("fcn_wang.current.onnx"), options({ channels: 1 }))).toThrow(
      'expected float32[batch, 12, 48] for input "x", found float32[2, 1, 48].',
    );
  });
});

describe("every architecture's model", () => {
  it.each(architectures.map((each) => each.name))("is the same file after it was read: %s", (name) => {
    const architecture = architectures.find((each) => each.name === name)!;
    const { logits } = traceModel(architecture, { ...options({ samples: 256 }), settings: {} });
    const outputs = { probabilities: softmax(logits, 1) };
    const bytes = encodeOnnx({ outputs, weights: startOf(logits), dynamicBatch: true });
    const read = readOnnx(bytes, { batch: 2 });
    const again = encodeOnnx({ outputs: read.outputs, weights: read.weights, dynamicBatch: true });
    expect(Buffer.compare(bytes, again)).toBe(0);
  });
});

const options = (sizes: { readonly channels?: number; readonly samples?: number }) =>
  ({ mode: "inference", batch: 2, channels, samples, classCount: 3, settings: {}, ...sizes }) as const;

function startOf(logits: Parameters<typeof softmax>[0]): Map<string, Float32Array> {
  const random = createRandom("start");
  return new Map(leavesOf([logits]).parameters.map((each) => [leafName(each), initialiseParameter(each, random)]));
}

it("gives what goes into a softmax or a sigmoid at the file's end, unless that is asked for", () => {
  const shape = { mode: "inference", settings: {}, batch: 1, channels: 2, samples: 5, classCount: 3 } as const;
  const dense: Architecture = {
    name: "dense",
    source: "none",
    build: (x, { layers, ops, classCount }) => layers.dense(ops.flatten(x), { units: classCount }),
  };
  const { logits } = traceModel(dense, shape);
  const weights = new Map(
    leavesOf([logits]).parameters.map((each) => [leafName(each), new Float32Array(sizeOf(each.shape))]),
  );
  for (const link of ["softmax", "sigmoid"] as const) {
    const bytes = encodeOnnx({ outputs: { probabilities: applyLink(logits, link) }, weights });
    const opAt = (output?: string) => {
      const architecture = onnxArchitecture(bytes, { name: "net", file: "net.onnx" });
      const { source } = traceModel(architecture, { ...shape, settings: { head: false, output } }).logits;
      return source.kind === "node" ? source.op.name : source.kind;
    };
    expect(opAt()).not.toBe(link);
    expect(opAt("probabilities")).toBe(link);
  }
});

it("can't be trained where its weights have the names of what a training step is fed", () => {
  const w = parameter("w", [10, 3], { initialise: { kind: "constant", value: 0 } });
  const architecture: Architecture = {
    name: "named",
    source: "none",
    build: (x, { ops }) => ops.matmul(ops.flatten(x), w),
  };
  const sizes = { channels: 2, samples: 5, classCount: 3 };
  const { optimizer, averaging } = settings({});
  expect(() =>
    buildTrainingProgram({
      architecture,
      settings: {},
      ...sizes,
      optimizer,
      averaging,
      shardSize: 2,
      shards: 1,
      evaluationBatch: 2,
    }),
  ).toThrow("expected weights of the net with names other than y, w,");
});
