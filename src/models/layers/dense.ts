import { type Tensor, matmul } from "../../tensor/index.ts";
import type { LayerContext, LayerOptions } from "./layer-context.ts";
import { expectAxes } from "./layer-mistake.ts";
import { type WeightOptions, kernelOf, withBias } from "./with-bias.ts";

export interface DenseLayerOptions extends LayerOptions, WeightOptions {
  readonly units: number;
}

export interface DenseLayers {
  /** Every unit sees all features: x [batch, …, feature] → [batch, …, unit]. */
  dense(x: Tensor, options: DenseLayerOptions): Tensor;
}

export function denseLayers(context: LayerContext): DenseLayers {
  return {
    dense: (x, { name, units, initialise = "glorotUniform", ...options }) =>
      context.layer({ kind: "dense", name, inputs: [x] }, (scope) => {
        expectAxes(x, { layer: scope.name, least: 2, axes: "[batch, …, feature]" });
        const features = x.shape.at(-1)!;
        const fans = { fanIn: features, fanOut: units };
        const weight = kernelOf(scope, { ...options, shape: [features, units], fans, initialise });
        return withBias(matmul(x, weight, { name: scope.name }), scope, { ...options, shape: [units], fans });
      }),
  };
}
