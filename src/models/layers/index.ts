import type { Tensor } from "../../tensor/index.ts";
import { type AttentionLayers, attentionLayers } from "./attention.ts";
import { type ConvolutionLayers, convolutionLayers } from "./convolutions.ts";
import { type ConvLstmLayers, convLstmLayers } from "./conv-lstm.ts";
import { type DenseLayers, denseLayers } from "./dense.ts";
import { type DropoutLayers, dropoutLayers } from "./dropouts.ts";
import { type JoinLayers, joinLayers } from "./joins.ts";
import { type IsFrozen, type LayerRecord, type Mode, type RunningUpdate, createLayerContext } from "./layer-context.ts";
import { type NormLayers, normLayers } from "./norms.ts";
import { type OnnxLayers, onnxLayers } from "./onnx-graphs.ts";
import { type RecurrentLayers, recurrentLayers } from "./recurrent.ts";
import { type SharingLayers, sharingLayers } from "./sharing.ts";

/** Layers with weights, for writing an architecture top-down; each call makes the weights of one layer. */
export interface Layers
  extends
    ConvolutionLayers,
    DenseLayers,
    NormLayers,
    DropoutLayers,
    RecurrentLayers,
    ConvLstmLayers,
    AttentionLayers,
    JoinLayers,
    OnnxLayers,
    SharingLayers {
  readonly mode: Mode;
  /** The sum of the layers' penalties so far; absent where there is none. */
  penalty(): Tensor | undefined;
  /** What the layers so far keep from step to step. */
  updates(): readonly RunningUpdate[];
  /** Every use of a layer so far. */
  records(): readonly LayerRecord[];
}

export function createLayers(mode: Mode, isFrozen: IsFrozen = () => false): Layers {
  const context = createLayerContext(mode, isFrozen);
  return {
    mode,
    penalty: context.penalty,
    updates: context.updates,
    records: context.records,
    ...convolutionLayers(context),
    ...denseLayers(context),
    ...normLayers(context),
    ...dropoutLayers(context),
    ...recurrentLayers(context),
    ...convLstmLayers(context),
    ...attentionLayers(context),
    ...joinLayers(context),
    ...onnxLayers(context),
    ...sharingLayers(context),
  };
}

export type { AttentionLayerOptions, EmbeddingLayerOptions, PositionLayerOptions } from "./attention.ts";
export type {
  ConvolutionLayerOptions,
  SeparableConvolutionLayerOptions,
  TransposedConvolutionLayerOptions,
} from "./convolutions.ts";
export type { ConvLstmLayerOptions } from "./conv-lstm.ts";
export type { DenseLayerOptions } from "./dense.ts";
export type { DropoutLayerOptions } from "./dropouts.ts";
export type { ConcatLayerOptions, SqueezeExciteLayerOptions } from "./joins.ts";
export type { IsFrozen, LayerRecord, Mode, RunningUpdate } from "./layer-context.ts";
export type { OnnxLayerOptions } from "./onnx-graphs.ts";
export type { BatchNormLayerOptions, GroupNormLayerOptions, LayerNormLayerOptions } from "./norms.ts";
export type { GruStates, LstmStates, RecurrentLayerOptions } from "./recurrent.ts";
export type { WeightStart } from "./weight-start.ts";
