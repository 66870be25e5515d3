import { type ConvolutionOptions, type Tensor, conv1d, conv2d } from "../../tensor/index.ts";
import type { LayerContext, LayerOptions } from "./layer-context.ts";
import { expectAxes, layerMistake } from "./layer-mistake.ts";
import { type WeightOptions, kernelOf, withBias } from "./with-bias.ts";

export interface ConvolutionLayerOptions extends LayerOptions, WeightOptions, Omit<ConvolutionOptions, "name"> {
  readonly filters: number;
  /** Taps of the kernel; in two dimensions a square one, or [row, column]. */
  readonly kernel: number | readonly number[];
}

export interface ConvolutionLayers {
  /** x [batch, channel, sample] → [batch, filter, sample] */
  conv1d(x: Tensor, options: ConvolutionLayerOptions): Tensor;
  /** x [batch, channel, row, column] → [batch, filter, row, column] */
  conv2d(x: Tensor, options: ConvolutionLayerOptions): Tensor;
}

const axisNames = ["", "[batch, channel, sample]", "[batch, channel, row, column]"];

export function convolutionLayers(context: LayerContext): ConvolutionLayers {
  const convolve =
    (rank: 1 | 2) =>
    (x: Tensor, options: ConvolutionLayerOptions): Tensor =>
      context.layer({ kind: `conv${rank}d`, name: options.name, inputs: [x] }, (scope) => {
        const { filters, kernel, groups = 1, initialise = "heUniform" } = options;
        expectAxes(x, { layer: scope.name, exactly: rank + 2, axes: axisNames[rank]! });
        const channels = x.shape[1]!;
        if (channels % groups !== 0 || filters % groups !== 0) {
          throw layerMistake(
            scope.name,
            `channels and filters in ${groups} equal groups`,
            `${channels} and ${filters}`,
          );
        }
        const size = typeof kernel === "number" ? Array.from({ length: rank }, () => kernel) : kernel;
        if (size.length !== rank) throw layerMistake(scope.name, `a kernel of ${rank} sizes`, size.length);
        const taps = size.reduce((product, length) => product * length, 1);
        const fans = { fanIn: (channels / groups) * taps, fanOut: (filters / groups) * taps };
        const weight = kernelOf(scope, { ...options, shape: [filters, channels / groups, ...size], fans, initialise });
        const y = (rank === 1 ? conv1d : conv2d)(x, weight, { ...options, name: scope.name });
        return withBias(y, scope, { ...options, shape: [1, filters, ...size.map(() => 1)], fans });
      });
  return { conv1d: convolve(1), conv2d: convolve(2) };
}
