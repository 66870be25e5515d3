import {
  type Tensor,
  add,
  batchNorm,
  conv1d,
  dropout,
  matmul,
  parameter,
  reduceSum,
  scale,
  square,
} from "../tensor/index.ts";

export type Mode = "training" | "inference";

export interface Conv1dLayerOptions {
  readonly name: string;
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
  readonly padding?: "same" | "valid" | readonly [number, number];
  readonly bias?: boolean;
  readonly initialise?: "heUniform" | "heNormal" | "glorotUniform" | "glorotNormal";
  /** L2 penalty on the kernel: the loss grows by `l2` times the sum of its squares. */
  readonly l2?: number;
}

export interface DenseLayerOptions {
  readonly name: string;
  readonly units: number;
  readonly bias?: boolean;
  readonly initialise?: Conv1dLayerOptions["initialise"];
  readonly l2?: number;
}

export interface BatchNormLayerOptions {
  readonly name: string;
  /** The share of the batch's statistics in the new running ones. */
  readonly momentum?: number;
  readonly epsilon?: number;
}

/** A running statistic and what a training step makes of it. */
export interface RunningUpdate {
  readonly parameter: Tensor;
  readonly value: Tensor;
}

/** Layers with weights, for writing an architecture top-down; each call makes the weights of one layer. */
export interface Layers {
  readonly mode: Mode;
  /** [batch, channel, sample] → [batch, filter, sample] */
  conv1d(x: Tensor, options: Conv1dLayerOptions): Tensor;
  /** [batch, feature] → [batch, unit] */
  dense(x: Tensor, options: DenseLayerOptions): Tensor;
  /** Zeroes a share of the values in training, and nothing at inference. */
  dropout(x: Tensor, options: { readonly name: string; readonly rate: number }): Tensor;
  /** Over all axes but the second, with the statistics of the batch (of each replica's shard of it) in training. */
  batchNorm(x: Tensor, options: BatchNormLayerOptions): Tensor;
  /** The sum of the layers' penalties so far; absent where there is none. */
  penalty(): Tensor | undefined;
  /** What the layers so far keep from step to step. */
  updates(): readonly RunningUpdate[];
}

export function createLayers(mode: Mode): Layers {
  let penalty: Tensor | undefined;
  const updates: RunningUpdate[] = [];
  const penalise = (weight: Tensor, l2: number) => {
    if (l2 === 0 || mode === "inference") return;
    const term = scale(reduceSum(square(weight)), l2);
    penalty = penalty === undefined ? term : add(penalty, term);
  };
  return {
    mode,
    penalty: () => penalty,
    updates: () => updates,
    conv1d: (x, { name, filters, kernel, bias = true, initialise = "heUniform", l2 = 0, ...options }) => {
      const channels = x.shape[1]!;
      const weight = parameter(`${name}.weight`, [filters, channels, kernel], {
        initialise: { kind: initialise, fanIn: channels * kernel, fanOut: filters * kernel },
        decays: true,
      });
      penalise(weight, l2);
      const y = conv1d(x, weight, { name, ...options });
      if (!bias) return y;
      return add(y, parameter(`${name}.bias`, [1, filters, 1], { initialise: { kind: "constant", value: 0 } }));
    },
    dense: (x, { name, units, bias = true, initialise = "glorotUniform", l2 = 0 }) => {
      const features = x.shape[1]!;
      const weight = parameter(`${name}.weight`, [features, units], {
        initialise: { kind: initialise, fanIn: features, fanOut: units },
        decays: true,
      });
      penalise(weight, l2);
      const y = matmul(x, weight);
      return bias ? add(y, parameter(`${name}.bias`, [units], { initialise: { kind: "constant", value: 0 } })) : y;
    },
    batchNorm: (x, { name, ...options }) => {
      const channels = [x.shape[1]!];
      const weight = (part: string, value: number, trainable: boolean) =>
        parameter(`${name}.${part}`, channels, { initialise: { kind: "constant", value }, trainable });
      const runningMean = weight("runningMean", 0, false);
      const runningVariance = weight("runningVariance", 1, false);
      const result = batchNorm(x, {
        ...options,
        scale: weight("scale", 1, true),
        bias: weight("bias", 0, true),
        runningMean,
        runningVariance,
        mode,
        name,
      });
      if (mode === "training") {
        updates.push(
          { parameter: runningMean, value: result.runningMean },
          { parameter: runningVariance, value: result.runningVariance },
        );
      }
      return result.output;
    },
    dropout: (x, { name, rate }) => dropout(x, { name, rate, mode }),
  };
}
