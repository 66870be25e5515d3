import { z } from "zod";

import { UserError } from "../core/errors.ts";
import { type Tensor, input } from "../tensor/index.ts";
import { type Layers, type Mode, type RunningUpdate, createLayers } from "./layers/index.ts";

/** A net, declared once: what it is called, which settings it takes, and how its graph is written. */
export interface Architecture<Settings = unknown> {
  readonly name: string;
  /** Who described it. */
  readonly source: string;
  readonly settings: z.ZodType<Settings>;
  /** x [batch, channel, sample] → logits [batch, class] */
  build(
    x: Tensor,
    context: { readonly layers: Layers; readonly settings: Settings; readonly classCount: number },
  ): Tensor;
}

/** A net of given sizes as a graph. */
export interface TracedModel {
  /** [batch, channel, sample] */
  readonly x: Tensor;
  /** [batch, class] */
  readonly logits: Tensor;
  /** Scalar, to be added to the loss; absent where no layer has one. */
  readonly penalty: Tensor | undefined;
  readonly updates: readonly RunningUpdate[];
}

export interface TraceOptions {
  readonly mode: Mode;
  readonly settings: unknown;
  readonly batch: number;
  readonly channels: number;
  readonly samples: number;
  readonly classCount: number;
}

/**
 * Writes the graph of an architecture.
 * @throws UserError where the settings are not the architecture's.
 */
export function traceModel(architecture: Architecture, options: TraceOptions): TracedModel {
  const { mode, batch, channels, samples, classCount } = options;
  const parsed = architecture.settings.safeParse(options.settings);
  if (!parsed.success) {
    throw new UserError(`Cannot build model ${architecture.name}: ${z.prettifyError(parsed.error)}`);
  }
  const layers = createLayers(mode);
  const x = input("x", [batch, channels, samples]);
  const logits = architecture.build(x, { layers, settings: parsed.data, classCount });
  return { x, logits, penalty: layers.penalty(), updates: layers.updates() };
}
