import { batchNorm, square } from "../../layers.ts";
import { scalar } from "../../math.ts";
import { add, div, mul, sub } from "../../ops/binary.ts";
import { reduceMean } from "../../ops/reduce.ts";
import { reshape } from "../../ops/reshape.ts";
import { sqrt } from "../../ops/unary.ts";
import { describeShape, sameShape } from "../../shapes.ts";
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

/** At inference by the file's statistics; in training by the batch's, which the running ones follow. */
const readBatchNormalization: OperatorReader = (call) => {
  const x = tensorOfRank(call, 0, 2);
  const [gain, bias, mean, variance] = [1, 2, 3, 4].map((index) => vectorAt(call, index, x.shape[1]!)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  if (call.wanted.slice(1).some(Boolean)) {
    return unsupported(call, "the output of values alone", "outputs of statistics in use");
  }
  const { output, runningMean, runningVariance } = batchNorm(x, {
    scale: gain,
    bias,
    runningMean: mean,
    runningVariance: variance,
    // ONNX gives the share that the old statistics keep.
    momentum: 1 - (floatAttribute(call, "momentum") ?? 0.9),
    epsilon: floatAttribute(call, "epsilon") ?? 1e-5,
    mode: call.mode,
    ...(call.name === undefined ? {} : { name: call.name }),
  });
  if (call.mode === "training") {
    call.keepStatistic(mean, runningMean);
    call.keepStatistic(variance, runningVariance);
  }
  return [computed(output)];
};

/** (x − mean) / √(variance + epsilon) over some axes. */
function standardised(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centred = sub(x, reduceMean(x, { axes, keepDims: true }));
  const variance = reduceMean(square(centred), { axes, keepDims: true });
  return div(centred, sqrt(add(variance, scalar(epsilon))));
}

const readLayerNormalization: OperatorReader = (call) => {
  const x = tensorOfRank(call, 0, 1);
  if (call.wanted.slice(1).some(Boolean)) {
    return unsupported(call, "the output of values alone", "outputs of statistics in use");
  }
  const axis = axisOf(call, integerAttribute(call, "axis") ?? -1, x.shape.length);
  const normal = standardised(x, [...x.shape.keys()].slice(axis), floatAttribute(call, "epsilon") ?? 1e-5);
  const scaled = mul(normal, tensorAt(call, 1));
  return [computed(call.inputs[2] === undefined ? scaled : add(scaled, tensorAt(call, 2)))];
};

/** x [batch, channel, …] times and plus one value per channel. */
function perChannel(x: Tensor, gain: Tensor, bias: Tensor): Tensor {
  const shape = [1, x.shape[1]!, ...x.shape.slice(2).map(() => 1)];
  return add(mul(x, reshape(gain, shape)), reshape(bias, shape));
}

const readInstanceNormalization: OperatorReader = (call) => {
  const x = tensorOfRank(call, 0, 3);
  const [gain, bias] = [vectorAt(call, 1, x.shape[1]!), vectorAt(call, 2, x.shape[1]!)];
  const normal = standardised(x, [...x.shape.keys()].slice(2), floatAttribute(call, "epsilon") ?? 1e-5);
  return [computed(perChannel(normal, gain, bias))];
};

const readGroupNormalization: OperatorReader = (call) => {
  const x = tensorOfRank(call, 0, 3);
  const [batch, channels] = x.shape as [number, number];
  const groups = integerAttribute(call, "num_groups") ?? 0;
  if (!(groups >= 1 && channels % groups === 0)) malformed(call, `groups that divide ${channels} channels`, groups);
  const apart = reshape(x, [batch, groups, channels / groups, ...x.shape.slice(2)]);
  const axes = [...apart.shape.keys()].slice(2);
  const normal = reshape(standardised(apart, axes, floatAttribute(call, "epsilon") ?? 1e-5), x.shape);
  // Before operator set 21 one scale per group, since then one per channel.
  if (call.opset < 21) {
    const [gain, bias] = [vectorAt(call, 1, groups), vectorAt(call, 2, groups)];
    const grouped = perChannel(reshape(normal, apart.shape), gain, bias);
    return [computed(reshape(grouped, x.shape))];
  }
  return [computed(perChannel(normal, vectorAt(call, 1, channels), vectorAt(call, 2, channels)))];
};

export const normReaders: Readonly<Record<string, OperatorReader>> = {
  BatchNormalization: readBatchNormalization,
  LayerNormalization: readLayerNormalization,
  InstanceNormalization: readInstanceNormalization,
  GroupNormalization: readGroupNormalization,
};
