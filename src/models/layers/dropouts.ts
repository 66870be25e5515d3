import type { Tensor } from "../../tensor/index.ts";
import type { LayerContext, LayerOptions } from "./layer-context.ts";
import { expectAxes, layerMistake } from "./layer-mistake.ts";

export interface DropoutLayerOptions extends LayerOptions {
  /** The share of the values, or of the channels, that is dropped. */
  readonly rate: number;
}

export interface DropoutLayers {
  /** Zeroes a share of the values in training, and nothing at inference (Srivastava 2014, scaled in training). */
  dropout(x: Tensor, options: DropoutLayerOptions): Tensor;
  /** Zeroes a share of the channels of x [batch, channel, …] as a whole (Tompson 2015). */
  spatialDropout(x: Tensor, options: DropoutLayerOptions): Tensor;
}

export function dropoutLayers(context: LayerContext): DropoutLayers {
  const drop =
    (kind: string, maskShape: (shape: readonly number[]) => readonly number[]) =>
    (x: Tensor, { name, rate }: DropoutLayerOptions): Tensor =>
      context.layer({ kind, name, inputs: [x] }, (scope) => {
        if (!(rate >= 0 && rate < 1)) throw layerMistake(scope.name, "a rate in [0, 1)", rate);
        expectAxes(x, { layer: scope.name, least: kind === "dropout" ? 1 : 2, axes: "[batch, channel, …]" });
        return scope.drop(x, { rate, shape: maskShape(x.shape) });
      });
  return {
    dropout: drop("dropout", (shape) => shape),
    spatialDropout: drop("spatialDropout", (shape) => shape.map((size, axis) => (axis < 2 ? size : 1))),
  };
}
