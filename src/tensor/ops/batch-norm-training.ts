import { applyOp, shapeError } from "../op.ts";
import { describeShape, float, sizeOf } from "../shapes.ts";
import type { Op, Tensor, TensorMath } from "../tensor.ts";
import { batchNormInference } from "./batch-norm.ts";

interface Epsilon {
  readonly epsilon: number;
}

/**
 * Batch normalisation by the batch's own statistics (Ioffe & Szegedy 2015): x [batch, channel, …], gain and bias [channel]
 * → the normalised x, and the mean and the (biased) variance [channel].
 */
export const batchNormTrainingOp: Op<Epsilon> = {
  name: "batchNormTraining",
  infer: ({ inputs: [x, ...vectors] }) => {
    if (x!.shape.length < 2) throw shapeError("an input of at least two axes", describeShape(x!.shape));
    const channels = x!.shape[1]!;
    for (const { shape } of vectors) {
      if (shape.length !== 1 || shape[0] !== channels) {
        throw shapeError(`two vectors of ${channels} channels`, describeShape(shape));
      }
    }
    return [float(x!.shape), float([channels]), float([channels])];
  },
  lower: ({ inputs: [x, gain, bias], attributes: { epsilon } }, math) => {
    const { axes, count, perChannel } = channelwise(x!, math);
    const mean = math.scale(math.reduceSum(x!, { axes, keepDims: false }), 1 / count);
    const centred = math.sub(x!, perChannel(mean));
    const squares = math.reduceSum(math.mul(centred, centred), { axes, keepDims: false });
    const variance = math.scale(squares, 1 / count);
    const factor = math.div(gain!, math.sqrt(math.add(variance, math.scalar(epsilon))));
    return [math.add(math.mul(centred, perChannel(factor)), perChannel(bias!)), mean, variance];
  },
  // One node that reads x twice, where the plain form takes eight. Its running statistics at a momentum of 0 are the
  // batch's; ONNX Runtime writes them over the old ones, so these have to be tensors that no batch norm of another input
  // reads: values of x, since equal nodes become one, and a shared layer's gain is the same for each of its inputs.
  encode: ({ inputs: [x], attributes: { epsilon } }, { emit, emitAll, inputs, constant }) => {
    const int64 = (values: readonly number[]) => constant(BigInt64Array.from(values, BigInt), [values.length]);
    const axes = [...x!.shape.keys()].filter((axis) => axis !== 1);
    const first = [int64(axes.map(() => 0)), int64(axes.map(() => 1)), int64(axes)];
    const values = emit("Reshape", [emit("Slice", [inputs[0]!, ...first]), int64([x!.shape[1]!])]);
    const old = [emit("Neg", [values]), emit("Abs", [values])];
    const attributes = { epsilon: { float: epsilon }, momentum: { float: 0 }, training_mode: 1 };
    return emitAll("BatchNormalization", [...inputs, ...old], { attributes, outputs: 3 });
  },
  gradient: ({ inputs: [x, gain], outputs: [, mean, variance], attributes }, { slopes, wanted, math }) => {
    const [slope, ofMean, ofVariance] = slopes;
    const { count, perChannel } = channelwise(x!, math);
    const parts =
      slope === undefined
        ? []
        : applyOp(batchNormTrainingGradientOp, [slope, x!, gain!, mean!, variance!], { attributes });
    let ofX = parts[0];
    const addToX = (part: Tensor) => (ofX = ofX === undefined ? part : math.add(ofX, part));
    if (ofMean !== undefined) addToX(math.broadcastTo(perChannel(math.scale(ofMean, 1 / count)), x!.shape));
    if (ofVariance !== undefined) {
      addToX(math.mul(math.sub(x!, perChannel(mean!)), perChannel(math.scale(ofVariance, 2 / count))));
    }
    return [wanted[0]! ? ofX : undefined, parts[1], parts[2]];
  },
};

/** slope, x [batch, channel, …], gain, mean, variance [channel] → the slopes of x, gain and bias. */
export const batchNormTrainingGradientOp: Op<Epsilon> = {
  name: "batchNormTrainingGradient",
  infer: ({ inputs: [, x, gain] }) => [float(x!.shape), float(gain!.shape), float(gain!.shape)],
  // The slope of x is affine in the slope and in x, channel by channel: a·slope + b·x + c.
  lower: ({ inputs: [slope, x, gain, mean, variance], attributes: { epsilon } }, math) => {
    const { axes, count } = channelwise(x!, math);
    const sum = (tensor: Tensor) => math.reduceSum(tensor, { axes, keepDims: false });
    const root = math.sqrt(math.add(variance!, math.scalar(epsilon)));
    const ofBias = sum(slope!);
    const ofGain = math.div(math.sub(sum(math.mul(slope!, x!)), math.mul(mean!, ofBias)), root);
    const a = math.div(gain!, root);
    const b = math.scale(math.div(math.mul(a, ofGain), root), -1 / count);
    const c = math.neg(math.add(math.scale(math.mul(a, ofBias), 1 / count), math.mul(b, mean!)));
    const zero = math.constant(new Float32Array(gain!.shape[0]!), gain!.shape);
    const ofX = math.add(channelAffine(slope!, [a, c], math), channelAffine(x!, [b, zero], math));
    return [ofX, ofGain, ofBias];
  },
};

/** x·factor + shift, by channel: as one ONNX node that reads x once. */
function channelAffine(x: Tensor, [factor, shift]: readonly [Tensor, Tensor], math: TensorMath): Tensor {
  const channels = factor.shape[0]!;
  return batchNormInference(x, {
    gain: factor,
    bias: shift,
    runningMean: math.constant(new Float32Array(channels), [channels]),
    runningVariance: math.constant(new Float32Array(channels).fill(1), [channels]),
    epsilon: 0,
  });
}

function channelwise(x: Tensor, math: TensorMath) {
  const channels = x.shape[1]!;
  const shape = [1, channels, ...x.shape.slice(2).map(() => 1)];
  return {
    axes: [...x.shape.keys()].filter((axis) => axis !== 1),
    count: sizeOf(x.shape) / channels,
    perChannel: (vector: Tensor) => math.reshape(vector, shape),
  };
}

export interface BatchNormTrainingOptions {
  readonly gain: Tensor;
  readonly bias: Tensor;
  readonly epsilon: number;
  readonly name?: string | undefined;
}

export function batchNormTraining(x: Tensor, { gain, bias, epsilon, name }: BatchNormTrainingOptions) {
  const [output, mean, variance] = applyOp(batchNormTrainingOp, [x, gain, bias], { attributes: { epsilon }, name });
  return { output: output!, mean: mean!, variance: variance! };
}
