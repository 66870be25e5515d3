import { describe, expect, it } from "vitest";

import {
  add,
  concat,
  constant,
  conv1d,
  gradients,
  input,
  leavesOf,
  matmul,
  maxPool1d,
  parameter,
  reduceSum,
  reshape,
  slice,
  softmaxCrossEntropy,
  where,
} from "../../src/tensor/index.ts";

const x = input("x", [4, 3, 10]);
const weight = (...shape: number[]) => parameter("w", shape, { initialise: { kind: "constant", value: 0 } });

describe("shape mistakes", () => {
  it.each([
    [
      "conv1d",
      () => conv1d(x, weight(8, 2, 5), { name: "stem" }),
      'Cannot build op convolution in layer "stem": expected 2 input channels, found 3 (inputs float32[4, 3, 10] and float32[8, 2, 5]).',
    ],
    [
      "conv1d window",
      () => conv1d(x, weight(8, 3, 11)),
      "Cannot build op convolution: expected at least 11 samples with padding, found 10 (inputs float32[4, 3, 10] and float32[8, 3, 11]).",
    ],
    [
      "matmul",
      () => matmul(input("a", [2, 3]), input("b", [4, 5]), { name: "dense" }),
      'Cannot build op matmul in layer "dense": expected 3 rows in the second input, found 4 (inputs float32[2, 3] and float32[4, 5]).',
    ],
    ["add", () => add(x, input("b", [4])), /expected shapes that broadcast/],
    ["reshape", () => reshape(x, [4, 31]), /expected a shape of 120 values, found \[4, 31\] with 124/],
    ["concat", () => concat([x, input("b", [4, 2, 9])], 1), /expected inputs that agree outside axis 1/],
    [
      "slice",
      () => slice(x, { axis: 2, start: 3, end: 11 }),
      /expected a range within 0 … 10 of axis 2, found 3 … 11 by 1/,
    ],
    ["slice axis", () => slice(x, { axis: 3 }), /expected an axis/],
    ["pool", () => maxPool1d(x, { size: 2, padding: [2, 0] }), /expected padding below the window's 2, found 2/],
    ["reduce", () => reduceSum(x, { axes: [3] }), /expected axes of an input of 3, found \[3\]/],
    ["where", () => where(x, x, x), /expected a bool condition, found float32/],
    [
      "labels",
      () => softmaxCrossEntropy(input("l", [4, 3]), input("y", [4, 2])),
      /expected labels of shape \[4, 3\], found \[4, 2\]/,
    ],
    ["constant", () => constant([1, 2], [3]), /expected 3 values for shape \[3\], found 2/],
    ["input", () => input("x", [4, 0]), /input "x": expected a shape of positive integers, found \[4, 0\]/],
    ["loss", () => gradients(x, [x]), /expected a loss of one value, found shape \[4, 3, 10\]/],
    [
      "names",
      () => leavesOf([add(input("x", [1]), input("x", [1]))]),
      /expected one input or parameter named "x", found two/,
    ],
  ])("in %s say what was wanted and found", (_, build, sentence) => {
    expect(build).toThrow(sentence);
  });
});
