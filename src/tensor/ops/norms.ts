import { type OpOptions, applyOne, shapeError, shapeMistake } from "../op.ts";
import { describeShape, float, sameShape } from "../shapes.ts";
import type { Op, Tensor, TensorMath } from "../tensor.ts";
import { add, mul } from "./binary.ts";
import { reduceMean } from "./reduce.ts";
import { reshape } from "./reshape.ts";

/** x with mean 0 and variance 1 over `axes`, and the factor that made it so. */
function standard(
  x: Tensor,
  { axes, epsilon, math }: { readonly axes: readonly number[]; readonly epsilon: number; readonly math: TensorMath },
) {
  const centred = math.sub(x, reduceMean(x, { axes, keepDims: true }));
  const variance = reduceMean(math.mul(centred, centred), { axes, keepDims: true });
  const factor = math.div(math.scalar(1), math.sqrt(math.add(variance, math.scalar(epsilon))));
  return { normal: math.mul(centred, factor), factor };
}

/** The slope of x where `slope` is that of the standardised values. */
function standardGradient(
  slope: Tensor,
  {
    normal,
    factor,
    axes,
    math,
  }: { readonly normal: Tensor; readonly factor: Tensor; readonly axes: readonly number[]; readonly math: TensorMath },
): Tensor {
  const mean = (values: Tensor) => reduceMean(values, { axes, keepDims: true });
  const along = math.mul(normal, mean(math.mul(slope, normal)));
  return math.mul(math.sub(math.sub(slope, mean(slope)), along), factor);
}

/** x […, …feature], gain and bias […feature]: the last axes, as many as gain has. */
export const layerNormOp: Op<{ readonly epsilon: number }> = {
  name: "layerNorm",
  infer: ({ inputs: [x, gain, bias] }) => {
    const last = x!.shape.slice(x!.shape.length - gain!.shape.length);
    for (const { shape } of [gain!, bias!]) {
      if (shape.length === 0 || shape.length >= x!.shape.length || !sameShape(shape, last)) {
        throw shapeError(`gain and bias of the last axes ${describeShape(last)}`, describeShape(shape));
      }
    }
    return [float(x!.shape)];
  },
  encode: ({ inputs: [, gain], attributes: { epsilon } }, { emit, inputs }) => [
    emit("LayerNormalization", inputs, { axis: -gain!.shape.length, epsilon: { float: epsilon } }),
  ],
  gradient: ({ inputs: [x, gain], attributes: { epsilon } }, { slope, wanted, math }) => {
    const axes = [...x!.shape.keys()].slice(x!.shape.length - gain!.shape.length);
    const { normal, factor } = standard(x!, { axes, epsilon, math });
    return [
      wanted[0]! ? standardGradient(math.mul(slope, gain!), { normal, factor, axes, math }) : undefined,
      wanted[1]! ? math.sumTo(math.mul(slope, normal), gain!.shape) : undefined,
      wanted[2]! ? math.sumTo(slope, gain!.shape) : undefined,
    ];
  },
};

/** x [batch, group, value]: each group of each row by its own mean and variance. */
export const standardiseOp: Op<{ readonly epsilon: number }> = {
  name: "standardise",
  infer: ({ inputs: [x] }) => {
    if (x!.shape.length !== 3) throw shapeError("an input of 3 axes", describeShape(x!.shape));
    return [float(x!.shape)];
  },
  encode: ({ inputs: [x], attributes: { epsilon } }, { emit, inputs, constant }) => {
    const groups = x!.shape[1]!;
    const each = (value: number) => constant(new Float32Array(groups).fill(value), [groups]);
    return [emit("InstanceNormalization", [inputs[0]!, each(1), each(0)], { epsilon: { float: epsilon } })];
  },
  gradient: ({ inputs: [x], attributes: { epsilon } }, { slope, math }) => [
    standardGradient(slope, { ...standard(x!, { axes: [2], epsilon, math }), axes: [2], math }),
  ],
};

export interface LayerNormOptions extends OpOptions {
  /** The shape of x's last axes, one or more. */
  readonly scale: Tensor;
  readonly bias: Tensor;
  readonly epsilon?: number;
}

/** Normalises each row's last axes by their own mean and variance (Ba 2016). */
export function layerNorm(x: Tensor, { scale, bias, epsilon = 1e-5, name }: LayerNormOptions): Tensor {
  return applyOne(layerNormOp, [x, scale, bias], { attributes: { epsilon }, name });
}

export interface GroupNormOptions extends OpOptions {
  /** Channels in each group are neighbours; 1 group takes all, as many as channels is instance normalisation. */
  readonly groups: number;
  /** [channel] */
  readonly scale: Tensor;
  readonly bias: Tensor;
  readonly epsilon?: number;
}

/** Normalises each row's groups of channels by their own mean and variance (Wu & He 2018). x [batch, channel, …]. */
export function groupNorm(x: Tensor, { groups, scale, bias, epsilon = 1e-5, name }: GroupNormOptions): Tensor {
  const [batch, channels, ...rest] = x.shape as [number, number, ...number[]];
  if (!(groups > 0 && channels % groups === 0)) {
    throw shapeMistake([x], {
      op: "groupNorm",
      name,
      wanted: `channels in ${groups} equal groups`,
      found: `${channels}`,
    });
  }
  const values = (channels / groups) * rest.reduce((product, size) => product * size, 1);
  const apart = reshape(x, [batch, groups, values], { name });
  const normal = reshape(applyOne(standardiseOp, [apart], { attributes: { epsilon }, name }), x.shape, { name });
  const perChannel = (weights: Tensor) => reshape(weights, [1, channels, ...rest.map(() => 1)], { name });
  return add(mul(normal, perChannel(scale), { name }), perChannel(bias), { name });
}
