import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { FormatError } from "../../src/core/errors.ts";
import {
  type Tensor,
  batchNorm,
  conv1d,
  createExecutor,
  decodeOnnxModel,
  encodeOnnx,
  globalAveragePool,
  input,
  matmul,
  maxPool1d,
  onnxFloats,
  parameter,
  readOnnxMetadata,
  relu,
  reshape,
  softmax,
  transpose,
  writeOnnxMetadata,
} from "../../src/tensor/index.ts";

const shapes = { kernel: [4, 1, 3], gain: [4], bias: [4], mean: [4], variance: [4], dense: [20, 3] } as const;

/** conv → batch norm → relu → pool → flatten → dense → softmax, and a pooled feature beside it. */
function buildNet(batch: number): Record<string, Tensor> {
  const leaf = (name: keyof typeof shapes) =>
    parameter(name, shapes[name], { initialise: { kind: "constant", value: 1 } });
  const x = input("x", [batch, 1, 10]);
  const { output } = batchNorm(conv1d(x, leaf("kernel"), { padding: "same", name: "stem" }), {
    scale: leaf("gain"),
    bias: leaf("bias"),
    runningMean: leaf("mean"),
    runningVariance: leaf("variance"),
    mode: "inference",
  });
  const pooled = maxPool1d(relu(output), { size: 2 });
  // Through a layout where the batch and the time share an axis, and back.
  const rows = reshape(transpose(pooled, [0, 2, 1]), [batch * 5, 4]);
  const flat = reshape(reshape(rows, [batch, 5, 4]), [batch, 20]);
  return { probabilities: softmax(matmul(flat, leaf("dense")), 1), features: globalAveragePool(pooled) };
}

const weights = new Map(
  Object.entries(shapes).map(([name, shape]) => {
    const size = shape.reduce<number>((product, length) => product * length, 1);
    return [
      name,
      Float32Array.from({ length: size }, (_, i) => Math.sin(i + name.length) + (name === "variance" ? 1.5 : 0)),
    ];
  }),
);

async function predict(bytes: Uint8Array, rows: number) {
  const executor = await createExecutor(ort, bytes);
  const probabilities = new Float32Array(rows * 3);
  const features = new Float32Array(rows * 4);
  const x = Float32Array.from({ length: rows * 10 }, (_, i) => Math.cos(i * i));
  await executor.run({ x }, { probabilities, features });
  await executor.close();
  return { probabilities, features };
}

describe("encodeOnnx", () => {
  it("gives a model for any batch that agrees with the one for a fixed batch", async () => {
    for (const traced of [1, 4]) {
      const anyBatch = encodeOnnx({ outputs: buildNet(traced), weights, dynamicBatch: true });
      for (const rows of [1, 3, 7]) {
        expect(await predict(anyBatch, rows)).toEqual(
          await predict(encodeOnnx({ outputs: buildNet(rows), weights }), rows),
        );
      }
    }
  });

  it("writes the same bytes for the same graph", () => {
    const write = () => encodeOnnx({ outputs: buildNet(2), weights, metadata: { card: "{}" } });
    expect(write()).toEqual(write());
  });

  it("keeps the weights by name and the names of layers", () => {
    const { graph, opsets, irVersion } = decodeOnnxModel(encodeOnnx({ outputs: buildNet(2), weights }));
    expect([opsets[0]!.version, irVersion]).toEqual([20, 9]);
    const dense = graph.initializers.find((initializer) => initializer.name === "dense")!;
    expect(dense.dims).toEqual([20, 3]);
    expect(onnxFloats(dense)).toEqual(weights.get("dense"));
    expect(graph.nodes.find((node) => node.opType === "Conv")!.name).toContain("stem/");
    expect(graph.inputs.map((each) => each.name)).toEqual(["x"]);
    expect(graph.outputs.map((each) => each.name)).toEqual(["probabilities", "features"]);
  });

  it("leaves a tensor as it is that is reduced over no axes", async () => {
    const features = input("x", [2, 3]);
    const executor = await createExecutor(ort, encodeOnnx({ outputs: { y: globalAveragePool(features) } }));
    const y = new Float32Array(6);
    await executor.run({ x: Float32Array.of(1, 2, 3, 4, 5, 6) }, { y });
    await executor.close();
    expect([...y]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("says which weights are missing or have another size", () => {
    const outputs = buildNet(2);
    expect(() => encodeOnnx({ outputs, weights: new Map() })).toThrow(
      'Cannot encode parameter "kernel": expected 12 values for shape [4, 1, 3], found none.',
    );
    expect(() => encodeOnnx({ outputs, weights: new Map([...weights, ["gain", new Float32Array(5)]]) })).toThrow(
      'Cannot encode parameter "gain": expected 4 values for shape [4], found 5.',
    );
  });

  it("gives one value two names where asked", async () => {
    const y = relu(input("x", [2]));
    const executor = await createExecutor(ort, encodeOnnx({ outputs: { a: y, b: y } }));
    const [a, b] = [new Float32Array(2), new Float32Array(2)];
    await executor.run({ x: Float32Array.of(-1, 2) }, { a, b });
    expect([...a, ...b]).toEqual([0, 2, 0, 2]);
    await executor.close();
  });
});

describe("ONNX metadata", () => {
  const bytes = encodeOnnx({ outputs: buildNet(2), weights, metadata: { card: '{"é":1}', other: "x" } });

  it("is read and replaced without touching the rest", async () => {
    expect(readOnnxMetadata(bytes)).toEqual({ card: '{"é":1}', other: "x" });
    const changed = writeOnnxMetadata(bytes, { card: "new", more: "" });
    expect(readOnnxMetadata(changed)).toEqual({ card: "new", other: "x", more: "" });
    expect(decodeOnnxModel(changed).graph).toEqual(decodeOnnxModel(bytes).graph);
    expect(await predict(changed, 2)).toEqual(await predict(bytes, 2));
  });

  it("is read beside more packed values than a call takes arguments", () => {
    const tensor = field(5, field(4, new Uint8Array(4 * 300_000)));
    const model = Uint8Array.from([...field(7, tensor), ...field(14, field(1, new TextEncoder().encode("key")))]);
    expect(readOnnxMetadata(model)).toEqual({ key: "" });
    expect(decodeOnnxModel(model).graph.initializers[0]!.floatData).toHaveLength(300_000);
  });

  it("of damaged bytes is a FormatError or, where the damage left a message, a model", () => {
    expect(() => decodeOnnxModel(new Uint8Array(0))).toThrow(FormatError);
    expect(() => decodeOnnxModel(Uint8Array.from({ length: 400 }, (_, i) => (i * 37) & 255))).toThrow(FormatError);
    for (let length = 1; length < bytes.length; length += 11) {
      attempt(() => decodeOnnxModel(bytes.subarray(0, length)));
      attempt(() => writeOnnxMetadata(bytes.subarray(0, length), {}));
    }
    for (let at = 0; at < bytes.length; at += 3) {
      const damaged = bytes.slice();
      damaged[at]! ^= 0xff;
      attempt(() => decodeOnnxModel(damaged));
      attempt(() => writeOnnxMetadata(damaged, { a: "b" }));
    }
    // A graph within a graph, and so on, deeper than the reader goes.
    let nested = new Uint8Array(0);
    for (let depth = 0; depth < 200; depth++) nested = field(1, field(5, field(6, nested)));
    expect(() => decodeOnnxModel(field(7, nested))).toThrow(/nested messages/);
  });
});

function attempt(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
  }
}

/** A length-delimited field of a protocol-buffers message. */
function field(id: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const length: number[] = [];
  for (let left = content.length; ; left >>>= 7) {
    length.push((left & 127) | (left > 127 ? 128 : 0));
    if (left <= 127) break;
  }
  return Uint8Array.from([(id << 3) | 2, ...length, ...content]);
}
