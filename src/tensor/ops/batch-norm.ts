import { applyOne, shapeError } from "../op.ts";
import { describeShape, float } from "../shapes.ts";
import type { Op, Tensor } from "../tensor.ts";

/** x [batch, channel, …], gain, bias, mean, variance [channel]. */
export const batchNormInferenceOp: Op<{ readonly epsilon: number }> = {
  name: "batchNormInference",
  infer: ({ inputs: [x, ...statistics] }) => {
    for (const { shape } of statistics) {
      if (shape.length !== 1 || shape[0] !== x!.shape[1]) {
        throw shapeError(`four vectors of ${x!.shape[1]} channels`, describeShape(shape));
      }
    }
    return [float(x!.shape)];
  },
  encode: ({ attributes: { epsilon } }, { emit, inputs }) => [
    emit("BatchNormalization", inputs, { epsilon: { float: epsilon } }),
  ],
  gradient: ({ inputs: [x, gain, , mean, variance], attributes: { epsilon } }, { slope, math }) => {
    const shape = x!.shape.map((size, axis) => (axis === 1 ? size : 1));
    const axes = [...x!.shape.keys()].filter((axis) => axis !== 1);
    const perChannel = (tensor: Tensor) => math.reshape(tensor, shape);
    const root = math.sqrt(math.add(variance!, math.scalar(epsilon)));
    const normal = math.div(math.sub(x!, perChannel(mean!)), perChannel(root));
    const sum = (tensor: Tensor) => math.reduceSum(tensor, { axes, keepDims: false });
    const slopeOfBias = sum(slope);
    const slopeOfGain = sum(math.mul(slope, normal));
    const factor = math.div(gain!, root);
    return [
      math.mul(slope, perChannel(factor)),
      slopeOfGain,
      slopeOfBias,
      math.neg(math.mul(slopeOfBias, factor)),
      math.scale(math.div(math.mul(slopeOfGain, gain!), math.mul(root, root)), -0.5),
    ];
  },
};

export interface BatchNormInferenceOptions {
  readonly gain: Tensor;
  readonly bias: Tensor;
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;
  readonly epsilon: number;
  readonly name?: string | undefined;
}

/** Batch normalisation by fixed statistics. */
export function batchNormInference(x: Tensor, options: BatchNormInferenceOptions): Tensor {
  const { gain, bias, runningMean, runningVariance, epsilon, name } = options;
  return applyOne(batchNormInferenceOp, [x, gain, bias, runningMean, runningVariance], {
    attributes: { epsilon },
    name,
  });
}
