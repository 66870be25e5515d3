import { type Tensor, batchNorm } from "../../tensor/index.ts";
import type { LayerContext, LayerOptions, LayerScope } from "./layer-context.ts";
import { expectAxes } from "./layer-mistake.ts";

export interface BatchNormLayerOptions extends LayerOptions {
  /** The share of the batch's statistics in the new running ones, as in PyTorch (Keras gives the share of the old). */
  readonly momentum?: number;
  readonly epsilon?: number;
}

export interface NormLayers {
  /** Over all axes but the second, with the statistics of the batch (of each replica's shard of it) in training. */
  batchNorm(x: Tensor, options?: BatchNormLayerOptions): Tensor;
}

export function normLayers(context: LayerContext): NormLayers {
  return {
    batchNorm: (x, { name, ...options } = {}) =>
      context.layer({ kind: "batchNorm", name, inputs: [x] }, (scope) => {
        expectAxes(x, { layer: scope.name, least: 2, axes: "[batch, channel, …]" });
        const channels = [x.shape[1]!];
        const { gain, bias } = gainAndBias(scope, channels);
        const [mean, variance] = (["runningMean", "runningVariance"] as const).map((part) =>
          scope.parameter(part, channels, {
            initialise: { kind: "constant", value: part === "runningMean" ? 0 : 1 },
            trainable: false,
          }),
        ) as [Tensor, Tensor];
        const result = batchNorm(x, {
          ...options,
          scale: gain,
          bias,
          runningMean: scope.running(mean),
          runningVariance: scope.running(variance),
          mode: context.mode,
          name: scope.name,
        });
        if (context.mode === "training") {
          scope.move(mean, result.runningMean);
          scope.move(variance, result.runningVariance);
        }
        return result.output;
      }),
  };
}

/** The learnt scale and shift of a norm. */
function gainAndBias(scope: LayerScope, shape: readonly number[]) {
  const weight = (part: string, value: number) =>
    scope.parameter(part, shape, { initialise: { kind: "constant", value } });
  return { gain: weight("scale", 1), bias: weight("bias", 0) };
}
