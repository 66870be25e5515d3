import { describe, expect, it } from "vitest";

import { architectures, findArchitecture, traceModel } from "../../src/models/index.ts";
import { leafName, leavesOf } from "../../src/tensor/index.ts";

interface Sizes {
  readonly classCount: number;
  readonly samples: number;
  readonly channels?: number;
  readonly settings?: unknown;
  readonly mode?: "training";
}

const trace = (name: string, options: Sizes) =>
  traceModel(findArchitecture(name), { mode: "inference", settings: {}, batch: 2, channels: 1, ...options });

/** Trained ones; running statistics do not count. */
const parameterCount = (model: ReturnType<typeof trace>) =>
  leavesOf([model.logits])
    .parameters.filter(({ source }) => source.kind === "parameter" && source.trainable)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

describe("published parameter counts", () => {
  // 10.1007/s10916-019-1511-2 as its public replication has it.
  it.each([
    ["multi-branch-cnn", 4, 251, 773_684],
    ["multi-branch-cnn", 5, 251, 773_717],
  ])("%s with %i classes and %i samples has %i", (name, classCount, samples, expected) => {
    expect(parameterCount(trace(name, { classCount, samples }))).toBe(expected);
  });

  // Strodthoff et al. (2020), 12 leads; conv1d12 and gru counted by hand.
  it.each([
    ["fcn_wang", [318_279, 309_765, 310_281]],
    ["resnet1d_wang", [481_863, 473_349, 473_865]],
    ["inception1d", [516_167, 507_653, 508_169]],
    ["xresnet1d101", [1_880_775, 1_872_261, 1_872_777]],
    ["lstm", [912_199, 903_685, 904_201]],
    ["lstm_bidir", [2_339_143, 2_330_629, 2_331_145]],
    ["gru", [711_495, 702_981, 703_497]],
    ["conv1d12", [187_143, 178_629, 179_145]],
  ])("%s with 71, 5 and 9 classes has %j, whatever the length", (name, expected) => {
    for (const samples of [250, 1000, 251]) {
      const counts = [71, 5, 9].map((classCount) => parameterCount(trace(name, { classCount, samples, channels: 12 })));
      expect(counts).toEqual(expected);
    }
  });

  // Of one lead and 4 classes, counted by hand: a convolution i → o of kernel k with batch norm has iok + 2o; an LSTM i → u has 4u (i + u + 2),
  // a GRU 3u (i + u + 2), in each direction.
  const surveyStages = 15 * 16 + 32 + 16 * 32 * 9 + 64 + 32 * 64 * 5 + 128 + 64 * 128 * 5 + 256;
  const blocks = [
    [32, 32],
    [32, 64],
    [64, 64],
    [64, 128],
  ].map(([i, o]) => i! * o! * 9 + o! * o! * 9 + i! * o! + 6 * o!);
  const residual = [
    [32, 32, 7],
    [32, 48, 5],
    [48, 64, 5],
    [64, 96, 5],
    [96, 128, 5],
  ]
    .map(([i, o, k]) => (i! + o!) * o! * k! + 4 * o! + (i === o ? 0 : i! * o! + 2 * o!))
    .reduce((a, b) => a + b, 0);
  it.each([
    ["survey_cnn", surveyStages + 129 * 4],
    ["survey_lstm", 256 * (50 + 64 + 2) + 256 * (64 + 64 + 2) + 65 * 4],
    ["survey_gru", 192 * (50 + 64 + 2) + 192 * (64 + 64 + 2) + 65 * 4],
    ["survey_crnn", surveyStages + 2 * 256 * (128 + 64 + 2) + 129 * 4],
    ["residual_crnn", 15 * 32 + 64 + residual + 2 * 192 * (128 + 64 + 2) + 257 * 4],
    ["sellami_cnn", 9 * 32 + 64 + blocks.reduce((a, b) => a + b, 0) + 129 * 4],
  ])("%s has %i, whatever the length", (name, expected) => {
    for (const samples of [9000, 1024, 18_001]) {
      expect(parameterCount(trace(name, { classCount: 4, samples }))).toBe(expected);
    }
  });

  it("residual_crnn that reads the middle takes the convolutions' 128 values there and the GRU's 128", () => {
    const samples = 504;
    const settings = { reads: "middle" };
    const counted = trace("residual_crnn", { classCount: 4, samples, settings });
    expect(parameterCount(counted)).toBe(15 * 32 + 64 + residual + 2 * 192 * (128 + 64 + 2) + (128 + 128 + 1) * 4);
  });

  // Of 12 × 6 × 12 wavelet features.
  it.each([
    [12, 72],
    [864, 1],
  ])("wavelet_nn has 119,879 for 71 classes, of %i × %i features", (channels, samples) => {
    expect(parameterCount(trace("wavelet_nn", { classCount: 71, channels, samples }))).toBe(119_879);
  });
});

describe.each(architectures.map((architecture) => architecture.name))("%s", (name) => {
  it("has logits of one value per row and class, and the same weights in training", () => {
    const inference = trace(name, { classCount: 3, samples: 256 });
    const training = trace(name, { classCount: 3, samples: 256, mode: "training" });
    expect(inference.logits.shape).toEqual([2, 3]);
    // In training the running statistics are not read by the logits, only moved.
    const shapes = ({ logits, updates }: typeof inference) =>
      leavesOf([logits, ...updates.map(({ value }) => value)])
        .parameters.map((each) => `${leafName(each)} ${each.shape.join()}`)
        .sort();
    expect(shapes(training)).toEqual(shapes(inference));
  });

  it("refuses settings that it does not know", () => {
    expect(() => trace(name, { classCount: 3, samples: 256, settings: { colour: "red" } })).toThrow(
      new RegExp(`Cannot build model ${name}: .*colour`, "s"),
    );
  });
});

// The other nets pad, and pool over whatever length is left.
it("ha_resnet refuses samples that do not fill an image", () => {
  expect(() => trace("ha_resnet", { classCount: 3, samples: 251 })).toThrow(
    "Cannot build model ha_resnet: expected as many values as an input of shape [1, 16, 16] has, found 1 × 251.",
  );
  const { x } = trace("ha_resnet", { classCount: 3, samples: 250, settings: { rows: 10 } });
  expect(x.shape).toEqual([2, 1, 10, 25]);
});

it("multi-branch-cnn refuses a window that is too short for it", () => {
  expect(() => trace("multi-branch-cnn", { classCount: 3, samples: 1 })).toThrow(/Cannot build/);
});

describe("findArchitecture", () => {
  it("lists the known names", () => {
    expect(() => findArchitecture("resnet9000")).toThrow(
      'Cannot find model "resnet9000": expected one of multi-branch-cnn',
    );
  });
});
