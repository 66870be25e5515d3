import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { writeBundle } from "../../src/bundle/index.ts";
import { describePlacement } from "../../src/cli/run-progress.ts";
import { createRandom } from "../../src/core/random.ts";
import { findArchitecture, traceModel } from "../../src/models/index.ts";
import { openPredictor } from "../../src/runtime/index.ts";
import {
  encodeOnnx,
  initialiseParameter,
  input,
  leafName,
  leavesOf,
  matmul,
  parameter,
  reduceSum,
  softmax,
  softmaxCrossEntropy,
} from "../../src/tensor/index.ts";
import { placementOf } from "../../src/train/replicas/find-placements.node.ts";
import { buildTrainingProgram, optimizerSchema } from "../../src/train/index.ts";
import { smallCardOf } from "../bundle/small-card.ts";
import { buildCase } from "../contract/build-case.ts";
import { families, findCase } from "../contract/case-families.ts";
import { whyNoWebGpu } from "./available.ts";

const missing = await whyNoWebGpu();
const noFallback = { session: { disable_cpu_ep_fallback: "1" } };

/** Ops that are written differently for a GPU, and one case of each family; EINTHOVEN_WEBGPU=all takes minutes. */
const prefixes = ["conv1d ", "conv2d ", "transposedConvolution ", "maxPool ", "averagePool ", "batchNorm-training "];
const every = families.flatMap(({ golden }) => [...golden]);
const chosen = new Set(["abs", "sign", "logSoftmax", "softmaxCrossEntropy-weighted"]);
for (const prefix of prefixes) chosen.add(every.find(([name]) => name.startsWith(prefix))![0]);
const cases = every.filter(([name]) => process.env.EINTHOVEN_WEBGPU === "all" || chosen.has(name));
/** Loops over time, and the int64 numbers of embeddings, are left to the CPU. */
const partly = /^(lstm|gru|embedding)/;

describe.skipIf(missing !== undefined)(`webgpu${missing === undefined ? "" : `, skipped: ${missing}`}`, () => {
  it.each(cases)("%s, with gradients, on the GPU", { timeout: 300_000 }, async (name, given) => {
    const { names, outputs } = buildCase(findCase(name)!, given);
    const session = await ort.InferenceSession.create(encodeOnnx({ outputs, formulation: "gpu" }), {
      executionProviders: ["webgpu"],
      logSeverityLevel: 4,
      ...(partly.test(name) ? {} : { extra: noFallback }),
    });
    const feeds = session.inputNames.map((key) => {
      const { shape, values } = key === "weights of the loss" ? given.weights : given.inputs[key]!;
      return [key, new ort.Tensor("float32", values, shape)];
    });
    const results = await session.run(Object.fromEntries(feeds));
    await session.release();
    expectClose(results.output!.data as Float32Array, given.output.values);
    for (const key of names) {
      expectClose(results[`slope of ${key}`]!.data as Float32Array, given.gradients[key]!.values);
    }
  });

  it.each(["multi-branch-cnn", "conv1d12", "fcn_wang", "resnet1d_wang", "inception1d"])(
    "leaves no node of %s to the CPU, in training and validation",
    { timeout: 300_000 },
    async (name) => {
      const { program } = buildTrainingProgram({
        architecture: findArchitecture(name),
        settings: {},
        channels: 12,
        samples: 100,
        classCount: 5,
        optimizer: optimizerSchema.parse({ name: "adam" }),
        shards: 1,
        shardSize: 2,
        evaluationBatch: 2,
        gpu: true,
      });
      for (const onnx of [program.gradient, program.forward]) {
        const options = { executionProviders: ["webgpu"], logSeverityLevel: 4, extra: noFallback } as const;
        await (await ort.InferenceSession.create(onnx, options)).release();
      }
    },
  );

  it("names the nodes that it leaves to the CPU", { timeout: 300_000 }, async () => {
    const logits = matmul(
      input("x", [2, 3]),
      parameter("weight", [3, 4], { initialise: { kind: "constant", value: 0 } }),
      {
        name: "output",
      },
    );
    const outputs = { loss: reduceSum(softmaxCrossEntropy(logits, input("y", [2, 4]))) };
    const plain = await placementOf(encodeOnnx({ outputs }), "webgpu");
    expect(plain.fallbacks).toEqual([{ op: "LogSoftmax", node: expect.stringMatching(/^logSoftmax/) }]);
    expect(plain.nodes).toBeGreaterThan(3);
    expect(plain.copies).toBe(2);
    expect(describePlacement({ model: "training step", ...plain })).toMatch(
      /^training step: \d nodes on webgpu, left to the CPU: 1, LogSoftmax \(logSoftmax_\d+\); 2 copies between them$/,
    );
    expect(await placementOf(encodeOnnx({ outputs, formulation: "gpu" }), "webgpu")).toMatchObject({
      fallbacks: [],
      copies: 0,
    });
  });

  it("classifies as the CPU does", { timeout: 300_000 }, async () => {
    const random = createRandom("webgpu");
    const { logits } = traceModel(findArchitecture("multi-branch-cnn"), {
      mode: "inference",
      settings: { branches: [[4, 6]] },
      batch: 1,
      channels: 1,
      samples: 251,
      classCount: 2,
    });
    const weights = new Map(
      leavesOf([logits]).parameters.map((tensor) => [leafName(tensor), initialiseParameter(tensor, random)]),
    );
    const onnx = encodeOnnx({ outputs: { probabilities: softmax(logits, 1) }, weights, dynamicBatch: true });
    const model = writeBundle(onnx, smallCardOf(251));
    const rows = Float32Array.from({ length: 5 * 251 }, () => random.normal());
    const found: Float32Array[] = [];
    for (const device of ["cpu", "webgpu"]) {
      const session = { executionProviders: [device], logSeverityLevel: 3 } as const;
      const predictor = await openPredictor(ort, model, { file: "m.onnx", batch: 8, session });
      found.push(await predictor.predictRows(rows));
      await predictor.close();
    }
    expect(found[0]).toHaveLength(10);
    expectClose(found[1]!, found[0]!);
  });
});

function expectClose(found: Float32Array, wanted: Float32Array): void {
  expect(found).toHaveLength(wanted.length);
  const size = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  wanted.forEach((value, i) => expect(Math.abs(found[i]! - value) / size).toBeLessThan(1e-4));
}
