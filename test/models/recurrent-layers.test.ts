import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { createLayers } from "../../src/models/index.ts";
import {
  type Tensor,
  createExecutor,
  encodeOnnx,
  gradients,
  input,
  leafName,
  leavesOf,
  mul,
  parameter,
  reduceSum,
  sizeOf,
} from "../../src/tensor/index.ts";
import { type GoldenCase, readGoldenOps } from "../contract/golden-ops.ts";

const golden = readGoldenOps("recurrent-layers");

const recurrentName = /^(?<kind>lstm|gru) \S+ u(?<units>\d) l(?<depth>\d) (?<both>both|one) (?<part>\w+)$/;
const convName = /^convLstm \S+ f(?<filters>\d) k(?<kernel>\d) (?<both>both|one)(?<peephole> peephole)? (?<part>\w+)$/;

/** The layer of a golden case on x, whose weights get the names of the case's inputs. */
function buildLayer(name: string, x: Tensor): Tensor {
  const layers = createLayers("training");
  const recurrent = recurrentName.exec(name)?.groups;
  if (recurrent !== undefined) {
    const { kind, units, depth, both, part } = recurrent;
    const { output, states } = layers[kind as "lstm" | "gru"](x, {
      name: "rnn",
      units: Number(units),
      depth: Number(depth),
      bidirectional: both === "both",
    });
    if (part === "output") return output;
    return (states.at(-1) as unknown as Record<string, Tensor>)[part!]!;
  }
  const { filters, kernel, both, peephole, part } = convName.exec(name)!.groups!;
  const made = layers.convLstm(x, {
    name: "rnn",
    filters: Number(filters),
    kernel: Number(kernel),
    bidirectional: both === "both",
    peephole: peephole !== undefined,
  });
  return made[part as "output" | "hidden" | "cell"];
}

async function compute(outputs: Record<string, Tensor>, given: GoldenCase, formulation: "plain" | "fast") {
  const executor = await createExecutor(ort, encodeOnnx({ outputs, formulation }));
  const feeds = Object.fromEntries(
    executor.inputs.map((key) => [key, given.inputs[key]?.values ?? given.weights.values]),
  );
  const results = Object.fromEntries(
    Object.entries(outputs).map(([key, { shape }]) => [key, new Float32Array(sizeOf(shape))]),
  );
  await executor.run(feeds, results);
  await executor.close();
  return results;
}

function expectClose(found: Float32Array, wanted: Float32Array, what: string) {
  expect(found.length, what).toBe(wanted.length);
  const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  expect(worst / scale, what).toBeLessThan(1e-4);
}

describe("recurrent layers as in PyTorch", () => {
  const cases = [...golden].flatMap(([name, given]) => [
    { name, given, formulation: "plain" as const },
    { name, given, formulation: "fast" as const },
  ]);

  it.each(cases)("$name, $formulation", async ({ name, given, formulation }) => {
    const x = parameter("x", given.inputs["x"]!.shape, { initialise: { kind: "constant", value: 0 } });
    const output = buildLayer(name, x);
    expect(output.shape).toEqual(given.output.shape);
    const { parameters } = leavesOf([output]);
    // What the part asked for depends on: a direction's last state does not see the other direction of the last layer.
    for (const each of parameters) expect(each.shape, leafName(each)).toEqual(given.inputs[leafName(each)]!.shape);
    const loss = reduceSum(mul(output, input("weights of the loss", given.weights.shape)));
    const outputs: Record<string, Tensor> = { output };
    gradients(loss, parameters).forEach(
      (slope, index) => (outputs[`slope of ${leafName(parameters[index]!)}`] = slope),
    );
    const results = await compute(outputs, given, formulation);
    expectClose(results["output"]!, given.output.values, "output");
    for (const each of parameters) {
      const key = leafName(each);
      expectClose(results[`slope of ${key}`]!, given.gradients[key]!.values, `slope of ${key}`);
    }
  });
});

describe("recurrent layers", () => {
  it("say what does not fit", () => {
    const layers = createLayers("inference");
    const flat = input("x", [2, 3]);
    expect(() => layers.lstm(flat, { name: "rnn", units: 4 })).toThrow(
      'Cannot build layer "rnn": expected an input of 3 axes [batch, channel, sample], found [2, 3].',
    );
    expect(() => layers.gru(input("x", [2, 3, 5]), { name: "other", units: 0 })).toThrow(
      'Cannot build layer "other": expected at least one of its units, found 0.',
    );
    expect(() => layers.convLstm([flat, flat], { name: "steps", filters: 4, kernel: 3 })).toThrow(
      'Cannot build layer "steps": expected an input of 4 axes [batch, channel, row, column], found [2, 3].',
    );
    expect(() => layers.convLstm(flat, { name: "images", filters: 4, kernel: 3 })).toThrow(
      'Cannot build layer "images": expected an input of 5 axes [batch, time, channel, row, column], found [2, 3].',
    );
  });

  it("name their weights by layer and direction, and drop between layers only", () => {
    const layers = createLayers("training");
    const { output } = layers.lstm(input("x", [2, 3, 5]), {
      name: "rnn",
      units: 4,
      depth: 2,
      bidirectional: true,
      dropout: 0.5,
    });
    const { parameters, masks } = leavesOf([output]);
    expect(parameters.map(leafName).filter((name) => name.endsWith("inputWeight"))).toEqual([
      "rnn.layer1.inputWeight",
      "rnn.layer1.reverse.inputWeight",
      "rnn.layer2.inputWeight",
      "rnn.layer2.reverse.inputWeight",
    ]);
    expect(masks).toEqual([{ name: "rnn", shape: [2, 8, 5], rate: 0.5 }]);
  });
});
