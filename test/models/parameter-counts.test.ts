import { describe, expect, it } from "vitest";

import { architectures, findArchitecture, traceModel } from "../../src/models/index.ts";
import { leavesOf } from "../../src/tensor/index.ts";

const trace = (name: string, options: { classCount: number; samples: number; settings?: unknown; mode?: "training" }) =>
  traceModel(findArchitecture(name), { mode: "inference", settings: {}, batch: 2, channels: 1, ...options });

const parameterCount = (model: ReturnType<typeof trace>) =>
  leavesOf([model.logits]).parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

describe("published parameter counts", () => {
  // 10.1007/s10916-019-1511-2 as its public replication has it.
  it.each([
    ["multi-branch-cnn", 4, 251, 773_684],
    ["multi-branch-cnn", 5, 251, 773_717],
  ])("%s with %i classes and %i samples has %i", (name, classCount, samples, expected) => {
    expect(parameterCount(trace(name, { classCount, samples }))).toBe(expected);
  });
});

describe.each(architectures.map((architecture) => architecture.name))("%s", (name) => {
  it("has logits of one value per row and class, and the same weights in training", () => {
    const inference = trace(name, { classCount: 3, samples: 251 });
    const training = trace(name, { classCount: 3, samples: 251, mode: "training" });
    expect(inference.logits.shape).toEqual([2, 3]);
    const shapes = (model: typeof inference) =>
      leavesOf([model.logits]).parameters.map(({ source, shape }) => [
        source.kind === "parameter" && source.name,
        shape,
      ]);
    expect(shapes(training)).toEqual(shapes(inference));
  });

  it("refuses settings that it does not know", () => {
    expect(() => trace(name, { classCount: 3, samples: 251, settings: { colour: "red" } })).toThrow(
      new RegExp(`Cannot build model ${name}: .*colour`, "s"),
    );
  });

  it("refuses a window that is too short for it", () => {
    expect(() => trace(name, { classCount: 3, samples: 1 })).toThrow(/Cannot build/);
  });
});

describe("findArchitecture", () => {
  it("lists the known names", () => {
    expect(() => findArchitecture("resnet9000")).toThrow(
      'Cannot find model "resnet9000": expected one of multi-branch-cnn',
    );
  });
});
