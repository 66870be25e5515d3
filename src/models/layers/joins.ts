import { type Tensor, add, concat, globalAveragePool, mul, relu, reshape, sigmoid } from "../../tensor/index.ts";
import { denseLayers } from "./dense.ts";
import type { LayerContext, LayerOptions } from "./layer-context.ts";
import { expectAxes, layerMistake } from "./layer-mistake.ts";

export interface ConcatLayerOptions extends LayerOptions {
  /** 1, the channels or features, unless said otherwise; may count from the end. */
  readonly axis?: number;
}

export interface SqueezeExciteLayerOptions extends LayerOptions {
  /** Channels for each unit in between; 16 unless said otherwise. */
  readonly ratio?: number;
}

export interface JoinLayers {
  /** The sum of tensors of one shape: `layers.add([x, y])` closes a residual block. */
  add(parts: readonly Tensor[], options?: LayerOptions): Tensor;
  /** Tensors side by side. */
  concat(parts: readonly Tensor[], options?: ConcatLayerOptions): Tensor;
  /** x [batch, channel, …] times a number in (0, 1) for each channel, by all channels' means (Hu 2018). */
  squeezeExcite(x: Tensor, options?: SqueezeExciteLayerOptions): Tensor;
}

export function joinLayers(context: LayerContext): JoinLayers {
  const { dense } = denseLayers(context);
  return {
    add: (parts, { name } = {}) =>
      context.layer({ kind: "add", name, inputs: parts }, (scope) => {
        const shapes = new Set(parts.map(({ shape }) => `[${shape.join(", ")}]`));
        if (parts.length === 0) throw layerMistake(scope.name, "at least one input", 0);
        if (shapes.size > 1) throw layerMistake(scope.name, "inputs of one shape", [...shapes].join(" and "));
        return parts.reduce((sum, part) => add(sum, part, { name: scope.name }));
      }),
    concat: (parts, { name, axis = 1 } = {}) =>
      context.layer({ kind: "concat", name, inputs: parts }, (scope) => concat(parts, axis, { name: scope.name })),
    squeezeExcite: (x, { name, ratio = 16 } = {}) =>
      context.layer({ kind: "squeezeExcite", name, inputs: [x] }, (scope) => {
        expectAxes(x, { layer: scope.name, least: 3, axes: "[batch, channel, …]" });
        const [batch, channels, ...rest] = x.shape as [number, number, ...number[]];
        const units = Math.max(1, Math.floor(channels / ratio));
        const means = globalAveragePool(x, { name: scope.name });
        const inner = relu(dense(means, { name: "reduce", units, initialise: "heUniform" }), { name: scope.name });
        const gate = sigmoid(dense(inner, { name: "expand", units: channels }), { name: scope.name });
        return mul(x, reshape(gate, [batch, channels, ...rest.map(() => 1)], { name: scope.name }), {
          name: scope.name,
        });
      }),
  };
}
