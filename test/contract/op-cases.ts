import {
  type Padding,
  type Tensor,
  abs,
  add,
  averagePool,
  batchNorm,
  broadcastTo,
  cast,
  concat,
  constant,
  conv1d,
  conv2d,
  div,
  elu,
  equal,
  exp,
  fill,
  flip,
  globalAveragePool,
  globalMaxPool,
  greater,
  insertZeros,
  leakyRelu,
  log,
  logSoftmax,
  matmul,
  maxPool,
  maximum,
  minimum,
  mul,
  neg,
  pad,
  pow,
  reduceMax,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  scale,
  sigmoid,
  sign,
  slice,
  softmax,
  softmaxCrossEntropy,
  sqrt,
  square,
  sub,
  tanh,
  transpose,
  weightedMean,
  where,
} from "../../src/tensor/index.ts";
import { transposedConvolution } from "../../src/tensor/ops/convolution-gradients.ts";
import { gather } from "../../src/tensor/ops/ranges.ts";

type Inputs = Readonly<Record<string, Tensor>>;
export type Build = (inputs: Inputs) => Tensor;

const two =
  (f: (a: Tensor, b: Tensor) => Tensor): Build =>
  ({ a, b }) =>
    f(a!, b!);
const one =
  (f: (x: Tensor) => Tensor): Build =>
  ({ x }) =>
    f(x!);

/** Cases by the name that they have in the golden file. */
const named: Readonly<Record<string, Build>> = {
  add: two((a, b) => add(a, b)),
  sub: two((a, b) => sub(a, b)),
  mul: two((a, b) => mul(a, b)),
  div: two((a, b) => div(a, b)),
  maximum: two((a, b) => maximum(a, b)),
  minimum: two((a, b) => minimum(a, b)),
  "maximum-ties": two((a, b) => maximum(a, b)),
  "minimum-ties": two((a, b) => minimum(a, b)),
  "where-greater": two((a, b) => where(greater(a, b), scale(a, 2), square(b))),
  "where-equal": two((a, b) => where(equal(a, b), a, scale(b, 3))),
  neg: one((x) => neg(x)),
  exp: one((x) => exp(x)),
  abs: one((x) => abs(x)),
  sign: one((x) => mul(sign(x), x)),
  sigmoid: one((x) => sigmoid(x)),
  tanh: one((x) => tanh(x)),
  relu: one((x) => relu(x)),
  "relu-zeros": one((x) => relu(x)),
  leakyRelu: one((x) => leakyRelu(x)),
  "leakyRelu-alpha": one((x) => leakyRelu(x, { alpha: 0.3 })),
  elu: one((x) => elu(x)),
  "elu-alpha": one((x) => elu(x, { alpha: 0.7 })),
  square: one((x) => square(x)),
  cast: one((x) => mul(cast(greater(x, constant([0.2], [])), "float32"), x)),
  log: one((x) => log(x)),
  sqrt: one((x) => sqrt(x)),
  "pow-fraction": one((x) => pow(x, 1.7)),
  "pow-negative": one((x) => pow(x, -2)),
  matmul: two((a, b) => matmul(a, b)),
  "matmul-batched": two((a, b) => matmul(a, b)),
  "matmul-broadcast": two((a, b) => matmul(a, b)),
  "matmul-shared": two((a, b) => matmul(a, b)),
  "matmul-one-row": two((a, b) => matmul(a, b)),
  transpose: one((x) => transpose(x, [2, 0, 1])),
  reshape: one((x) => reshape(x, [5, 6])),
  "reshape-scalar": one((x) => reshape(x, [])),
  broadcastTo: one((x) => broadcastTo(x, [2, 3, 4])),
  concat: two((a, b) => concat([a, b, a], -2)),
  slice: one((x) => slice(x, { axis: 1, start: 2, end: 6 })),
  "slice-negative": one((x) => slice(x, { axis: -1, start: -5, end: -1 })),
  "slice-step": one((x) => slice(x, { axis: 1, start: 1, end: 7, step: 2 })),
  "slice-step-end": one((x) => slice(x, { axis: 0, start: 1, step: 3 })),
  "slice-whole-step": one((x) => slice(x, { axis: 0, step: 2 })),
  gather: one((x) => gather(x, { axis: 1, indices: [0, 2, 4, 1, 1, 5], shape: [2, 3] })),
  flip: one((x) => flip(x, [0, 2])),
  pad: one((x) => pad(x, { before: [0, 0, 2], after: [0, 3, 1] })),
  "pad-value": one((x) => pad(x, { before: [0, 0], after: [0, 2], value: -1.5 })),
  insertZeros: one((x) => insertZeros(x, { axis: 1, step: 3 })),
  fill: one((x) => mul(x, fill([2, 5], 2.5))),
  reduceSum: one((x) => reduceSum(x, { axes: [0, -1] })),
  "reduceSum-keep": one((x) => reduceSum(x, { axes: [1], keepDims: true })),
  "reduceSum-all": one((x) => reduceSum(x)),
  reduceMean: one((x) => reduceMean(x, { axes: [1, 2] })),
  "reduceMean-keep": one((x) => reduceMean(x, { axes: [0], keepDims: true })),
  reduceMax: one((x) => reduceMax(x, { axes: [0, 2] })),
  "reduceMax-ties": one((x) => reduceMax(x, { axes: [1], keepDims: true })),
  "maxPool-ties": one((x) => maxPool(x, { size: 2 })),
  "maxPool-ties-overlap": one((x) => maxPool(x, { size: 3, stride: 1, padding: [1, 1] })),
  "maxPool-after-relu": one((x) => maxPool(relu(x), { size: 2 })),
  globalAveragePool: one((x) => globalAveragePool(x)),
  globalMaxPool: one((x) => globalMaxPool(x)),
  softmax: one((x) => softmax(x, 1)),
  "softmax-last": one((x) => softmax(x)),
  logSoftmax: one((x) => logSoftmax(x)),
  softmaxCrossEntropy: ({ logits, labels }) => softmaxCrossEntropy(logits!, labels!),
  "softmaxCrossEntropy-soft": ({ logits, labels }) => softmaxCrossEntropy(logits!, labels!),
  "softmaxCrossEntropy-weighted": ({ logits, labels, weights }) =>
    weightedMean(softmaxCrossEntropy(logits!, labels!), weights!),
};

const parsePadding = (text: string): Padding => {
  if (text === "same" || text === "valid") return text;
  const [before, after] = text.split("-").map(Number);
  return [before!, after!];
};

/** Cases whose settings stand in their names. */
const patterns: readonly {
  readonly pattern: RegExp;
  readonly build: (groups: Readonly<Record<string, string>>) => Build;
}[] = [
  {
    pattern: /^conv(?<rank>[12])d .* s(?<stride>\d) d(?<dilation>\d) g(?<groups>\d) (?<padding>\S+)$/,
    build: ({ rank, stride, dilation, groups, padding }) => {
      const options = { stride: +stride!, dilation: +dilation!, groups: +groups!, padding: parsePadding(padding!) };
      return ({ x, w }) => (rank === "1" ? conv1d : conv2d)(x!, w!, options);
    },
  },
  {
    pattern: /^(?<kind>max|average)Pool \S+ k(?<size>\d) s(?<stride>\d) (?<padding>\S+?)(?<ceil> ceil)?$/,
    build: ({ kind, size, stride, padding, ceil }) => {
      const options = { size: +size!, stride: +stride!, padding: parsePadding(padding!), ceilMode: ceil !== undefined };
      return ({ x }) => (kind === "max" ? maxPool : averagePool)(x!, options);
    },
  },
  {
    pattern: /^transposedConvolution n\d k(?<size>\d) s(?<stride>\d) d(?<dilation>\d) g(?<groups>\d)$/,
    build: ({ size, stride, dilation, groups }) => {
      const window = { size: [+size!], stride: [+stride!], dilation: [+dilation!], before: [1], after: [1] };
      return ({ x, w }) => transposedConvolution(x!, w!, { ...window, groups: +groups! });
    },
  },
  {
    pattern: /^batchNorm-(?<what>training|inference|running-mean|running-variance) /,
    build:
      ({ what }) =>
      ({ x, gain, bias, mean, variance }) => {
        const unused = fill([x!.shape[1]!], 1);
        const { output, runningMean, runningVariance } = batchNorm(x!, {
          scale: gain ?? unused,
          bias: bias ?? unused,
          runningMean: mean ?? unused,
          runningVariance: variance ?? unused,
          momentum: 0.2,
          mode: what === "inference" ? "inference" : "training",
        });
        if (what === "running-mean") return runningMean;
        return what === "running-variance" ? runningVariance : output;
      },
  },
];

/** How a golden case is written with our ops; `undefined` where nobody has written it. */
export function findCase(name: string): Build | undefined {
  if (name in named) return named[name];
  for (const { pattern, build } of patterns) {
    const match = pattern.exec(name);
    if (match !== null) return build(match.groups ?? {});
  }
  return undefined;
}

export const namedCases: readonly string[] = Object.keys(named);
