import { batchNorm } from "../../layers.ts";
import { leafName } from "../../leaves.ts";
import { applyOne } from "../../op.ts";
import { batchNormTraining } from "../../ops/batch-norm-training.ts";
import { add, mul } from "../../ops/binary.ts";
import { layerNorm, standardiseOp } from "../../ops/norms.ts";
import { broadcastTo, fill, reshape } from "../../ops/reshape.ts";
import { describeShape, sameShape, sizeOf } from "../../shapes.ts";
import type { Tensor } from "../../tensor.ts";
import {
  type OperatorCall,
  type OperatorReader,
  axisOf,
  floatAttribute,
  integerAttribute,
  malformed,
  tensorAt,
  tensorOfRank,
  unsupported,
} from "../operator-call.ts";
import { computed } from "../value.ts";

function vectorAt(call: OperatorCall, index: number, length: number): Tensor {
  const vector = tensorAt(call, index);
  if (!sameShape(vector.shape, [length])) {
    malformed(call, `an input ${index} of shape [${length}]`, `shape ${describeShape(vector.shape)}`);
  }
  return vector;
}

/** At inference and where it is frozen by the file's statistics; in training by the batch's, which the running ones follow. */
const readBatchNormalization: OperatorReader = (call) => {
  const x = tensorOfRank(call, 0, 2);
  const [gain, bias, mean, variance] = [1, 2, 3, 4].map((index) => vectorAt(call, index, x.shape[1]!)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const momentum = floatAttribute(call, "momentum") ?? 0.9;
  const epsilon = epsilonOf(call);
  const computedStatistics = call.inputs[3]?.fixed() === undefined;
  if ((integerAttribute(call, "training_mode") ?? 0) === 1 && momentum === 0 && computedStatistics) {
    // As our own fast form of training graphs has it: the old statistics do not count, the new ones are the batch's.
    const made = batchNormTraining(x, { gain, bias, epsilon, name: call.name });
    return [made.output, made.mean, made.variance].map(computed);
  }
  if (call.wanted.slice(1).some(Boolean)) {
    return unsupported(call, "the output of values alone", "outputs of statistics in use");
  }
  const parameters = [gain, bias, mean, variance].filter(({ source }) => source.kind === "parameter");
  const isFrozen = parameters.length > 0 && parameters.every((each) => call.isFrozen(leafName(each)));
  const mode = isFrozen ? "inference" : call.mode;
  const { output, runningMean, runningVariance } = batchNorm(x, {
    scale: gain,
    bias,
    runningMean: mean,
    runningVariance: variance,
    // ONNX gives the share that the old statistics keep.
    momentum: 1 - momentum,
    epsilon,
    mode,
    ...(call.name === undefined ? {} : { name: call.name }),
  });
  if (mode === "training") {
    call.keepStatistic(mean, runningMean);
    call.keepStatistic(variance, runningVariance);
  }
  return [computed(output)];
};

/** Each row's groups of neighbouring channels with mean 0 and variance 1. */
function standardised(x: Tensor, { groups, epsilon }: { readonly groups: number; readonly epsilon: number }): Tensor {
  const apart = reshape(x, [x.shape[0]!, groups, sizeOf(x.shape.slice(1)) / groups]);
  return reshape(applyOne(standardiseOp, [apart], { attributes: { epsilon } }), x.shape);
}

const epsilonOf = (call: OperatorCall) => floatAttribute(call, "epsilon") ?? 1e-5;

const readLayerNormalization: OperatorReader = (call) => {
  const x = tensorOfRank(call, 0, 1);
  if (call.wanted.slice(1).some(Boolean)) {
    return unsupported(call, "the output of values alone", "outputs of statistics in use");
  }
  const axis = axisOf(call, integerAttribute(call, "axis") ?? -1, x.shape.length);
  const last = x.shape.slice(axis);
  const whole = (tensor: Tensor) => broadcastTo(tensor, last);
  const scale = whole(tensorAt(call, 1));
  const bias = call.inputs[2] === undefined ? fill(last, 0) : whole(tensorAt(call, 2));
  if (axis === 0) return unsupported(call, "an axis after the first", axis);
  return [computed(layerNorm(x, { scale, bias, epsilon: epsilonOf(call), name: call.name }))];
};

/** x [batch, channel, …] times and plus one value per channel. */
function perChannel(x: Tensor, gain: Tensor, bias: Tensor): Tensor {
  const shape = [1, x.shape[1]!, ...x.shape.slice(2).map(() => 1)];
  return add(mul(x, reshape(gain, shape)), reshape(bias, shape));
}

const isAll = (call: OperatorCall, index: number, value: number) =>
  call.inputs[index]?.known !== undefined &&
  Array.from(call.inputs[index].known.values).every((each) => each === value);

const readInstanceNormalization: OperatorReader = (call) => {
  const x = tensorOfRank(call, 0, 3);
  const channels = x.shape[1]!;
  const normal = standardised(x, { groups: channels, epsilon: epsilonOf(call) });
  const [gain, bias] = [vectorAt(call, 1, channels), vectorAt(call, 2, channels)];
  return [computed(isAll(call, 1, 1) && isAll(call, 2, 0) ? normal : perChannel(normal, gain, bias))];
};

const readGroupNormalization: OperatorReader = (call) => {
  const x = tensorOfRank(call, 0, 3);
  const [batch, channels] = x.shape as [number, number];
  const groups = integerAttribute(call, "num_groups") ?? 0;
  if (!(groups >= 1 && channels % groups === 0)) malformed(call, `groups that divide ${channels} channels`, groups);
  const normal = standardised(x, { groups, epsilon: epsilonOf(call) });
  // Before operator set 21 one scale per group, since then one per channel.
  if (call.opset >= 21) {
    return [computed(perChannel(normal, vectorAt(call, 1, channels), vectorAt(call, 2, channels)))];
  }
  const apart = reshape(normal, [batch, groups, sizeOf(x.shape.slice(1)) / groups]);
  return [computed(reshape(perChannel(apart, vectorAt(call, 1, groups), vectorAt(call, 2, groups)), x.shape))];
};

export const normReaders: Readonly<Record<string, OperatorReader>> = {
  BatchNormalization: readBatchNormalization,
  LayerNormalization: readLayerNormalization,
  InstanceNormalization: readInstanceNormalization,
  GroupNormalization: readGroupNormalization,
};
