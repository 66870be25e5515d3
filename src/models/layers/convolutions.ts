import {
  type ConvolutionOptions,
  type Tensor,
  type TransposedConvolutionOptions,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
} from "../../tensor/index.ts";
import type { LayerContext, LayerOptions } from "./layer-context.ts";
import { expectAxes, layerMistake } from "./layer-mistake.ts";
import { type WeightOptions, kernelOf, withBias } from "./with-bias.ts";

interface KernelSize extends LayerOptions, WeightOptions {
  readonly filters: number;
  /** Taps of the kernel; in two dimensions a square one, or [row, column]. */
  readonly kernel: number | readonly number[];
}

export interface ConvolutionLayerOptions extends KernelSize, Omit<ConvolutionOptions, "name"> {}

export interface TransposedConvolutionLayerOptions extends KernelSize, Omit<TransposedConvolutionOptions, "name"> {}

export interface SeparableConvolutionLayerOptions extends Omit<ConvolutionLayerOptions, "groups"> {
  /** Filters that each channel gets of its own before channels are mixed; 1 unless said otherwise. */
  readonly multiplier?: number;
}

export interface ConvolutionLayers {
  /** x [batch, channel, sample] → [batch, filter, sample] */
  conv1d(x: Tensor, options: ConvolutionLayerOptions): Tensor;
  /** x [batch, channel, row, column] → [batch, filter, row, column] */
  conv2d(x: Tensor, options: ConvolutionLayerOptions): Tensor;
  /** Upwards: `stride` outputs for each sample. x [batch, channel, sample] → [batch, filter, sample]. */
  convTranspose1d(x: Tensor, options: TransposedConvolutionLayerOptions): Tensor;
  /** x [batch, channel, row, column] → [batch, filter, row, column] */
  convTranspose2d(x: Tensor, options: TransposedConvolutionLayerOptions): Tensor;
  /** Each channel along time by itself (`depthwise`), then channels mixed value by value (`pointwise`; Chollet 2017). */
  separableConv1d(x: Tensor, options: SeparableConvolutionLayerOptions): Tensor;
  /** See `separableConv1d`. */
  separableConv2d(x: Tensor, options: SeparableConvolutionLayerOptions): Tensor;
}

const axisNames = { 1: "[batch, channel, sample]", 2: "[batch, channel, row, column]" } as const;

export function convolutionLayers(context: LayerContext): ConvolutionLayers {
  const convolve =
    (rank: 1 | 2) =>
    (x: Tensor, options: ConvolutionLayerOptions): Tensor =>
      context.layer({ kind: `conv${rank}d`, name: options.name, inputs: [x] }, (scope) => {
        const { filters, initialise = "heUniform", groups = 1 } = options;
        const { channels, size, taps } = kernelSize(x, { ...options, layer: scope.name, rank });
        const fans = { fanIn: (channels / groups) * taps, fanOut: (filters / groups) * taps };
        const weight = kernelOf(scope, { ...options, shape: [filters, channels / groups, ...size], fans, initialise });
        const y = (rank === 1 ? conv1d : conv2d)(x, weight, { ...options, name: scope.name });
        return withBias(y, scope, { ...options, shape: [1, filters, ...size.map(() => 1)], fans });
      });

  const transposed =
    (rank: 1 | 2) =>
    (x: Tensor, options: TransposedConvolutionLayerOptions): Tensor =>
      context.layer({ kind: `convTranspose${rank}d`, name: options.name, inputs: [x] }, (scope) => {
        const { filters, initialise = "heUniform", groups = 1 } = options;
        const { channels, size, taps } = kernelSize(x, { ...options, layer: scope.name, rank });
        // By the axes of the kernel, as PyTorch takes them: an output's own inputs depend on the stride.
        const fans = { fanIn: (filters / groups) * taps, fanOut: (channels / groups) * taps };
        const weight = kernelOf(scope, { ...options, shape: [channels, filters / groups, ...size], fans, initialise });
        const y = (rank === 1 ? convTranspose1d : convTranspose2d)(x, weight, { ...options, name: scope.name });
        return withBias(y, scope, { ...options, shape: [1, filters, ...size.map(() => 1)], fans });
      });

  const separable =
    (rank: 1 | 2) =>
    (x: Tensor, { name, multiplier = 1, ...options }: SeparableConvolutionLayerOptions): Tensor =>
      context.layer({ kind: `separableConv${rank}d`, name, inputs: [x] }, (scope) => {
        expectAxes(x, { layer: scope.name, exactly: rank + 2, axes: axisNames[rank] });
        const channels = x.shape[1]!;
        const { filters, bias = true, biasInitialise = "zeros", ...window } = options;
        const apart = convolve(rank)(x, {
          ...window,
          name: "depthwise",
          filters: channels * multiplier,
          groups: channels,
          bias: false,
        });
        const { initialise = "heUniform", l2 = 0 } = options;
        return convolve(rank)(apart, { name: "pointwise", filters, kernel: 1, bias, biasInitialise, initialise, l2 });
      });

  return {
    conv1d: convolve(1),
    conv2d: convolve(2),
    convTranspose1d: transposed(1),
    convTranspose2d: transposed(2),
    separableConv1d: separable(1),
    separableConv2d: separable(2),
  };
}

interface KernelWanted {
  readonly layer: string;
  readonly rank: 1 | 2;
  readonly filters: number;
  readonly kernel: number | readonly number[];
  readonly groups?: number;
}

/** Channels of the input and sizes of the kernel, where they fit. */
function kernelSize(x: Tensor, { layer, rank, filters, kernel, groups = 1 }: KernelWanted) {
  expectAxes(x, { layer, exactly: rank + 2, axes: axisNames[rank] });
  const channels = x.shape[1]!;
  const size = typeof kernel === "number" ? Array.from({ length: rank }, () => kernel) : kernel;
  if (size.length !== rank) throw layerMistake(layer, `a kernel of ${rank} sizes`, size.length);
  for (const [what, count] of [["filters", filters] as const, ...size.map((taps) => ["taps", taps] as const)]) {
    if (!(Number.isInteger(count) && count > 0)) throw layerMistake(layer, `at least one of its ${what}`, count);
  }
  if (channels % groups !== 0 || filters % groups !== 0) {
    throw layerMistake(layer, `channels and filters in ${groups} equal groups`, `${channels} and ${filters}`);
  }
  return { channels, size, taps: size.reduce((product, length) => product * length, 1) };
}
