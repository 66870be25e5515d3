import {
  type Tensor,
  add,
  attention,
  constant,
  embedding,
  reshape,
  sinusoidalPositions,
  transpose,
} from "../../tensor/index.ts";
import { denseLayers } from "./dense.ts";
import type { LayerContext, LayerOptions } from "./layer-context.ts";
import { expectAxes, layerMistake } from "./layer-mistake.ts";
import { type WeightStart, startOf } from "./weight-start.ts";

export interface AttentionLayerOptions extends LayerOptions {
  readonly heads: number;
  /** Features of the output, and of all heads together; as many as x has where absent. */
  readonly units?: number;
  /** What is looked at [batch, key, feature]; x itself where absent. */
  readonly context?: Tensor;
  /** Broadcasts to [batch, head, query, key]: bool, true where a query may look; or float32, added to the scores. */
  readonly mask?: Tensor;
  /** Lets each place see itself and those before it only. */
  readonly causal?: boolean;
  /** The share of attention weights that is dropped in training. */
  readonly dropout?: number;
  readonly bias?: boolean;
  readonly initialise?: WeightStart;
}

export interface PositionLayerOptions extends LayerOptions {
  /** Fixed sines and cosines (Vaswani 2017), or numbers that are learnt for each place. */
  readonly kind?: "sinusoidal" | "learned";
  /** Of the learnt ones. */
  readonly initialise?: WeightStart;
}

export interface EmbeddingLayerOptions extends LayerOptions {
  /** How many different numbers there are. */
  readonly rows: number;
  readonly features: number;
  readonly initialise?: WeightStart;
}

export interface AttentionLayers {
  /** Multi-head attention (Vaswani 2017): x [batch, time, feature] → [batch, time, unit]. */
  attention(x: Tensor, options: AttentionLayerOptions): Tensor;
  /** x [batch, time, feature] plus a code for each place in time. */
  positions(x: Tensor, options?: PositionLayerOptions): Tensor;
  /** A learnt vector for each whole number: indices […] of int64 or int32 → […, feature]. */
  embedding(indices: Tensor, options: EmbeddingLayerOptions): Tensor;
}

const smallNormal = { kind: "normal", standardDeviation: 0.02 } as const;

const standardNormal = { kind: "normal", standardDeviation: 1 } as const;

const sequence = "[batch, time, feature]";

export function attentionLayers(context: LayerContext): AttentionLayers {
  const { dense } = denseLayers(context);
  return {
    attention: (x, { name, heads, context: looked = x, units = x.shape[2] ?? 0, ...options }) =>
      context.layer(
        { kind: "attention", name, inputs: [x, looked, ...(options.mask === undefined ? [] : [options.mask])] },
        (scope) => {
          const { mask, causal = false, dropout = 0, bias = true, initialise = "glorotUniform" } = options;
          for (const each of [x, looked]) expectAxes(each, { layer: scope.name, exactly: 3, axes: sequence });
          if (units % heads !== 0) throw layerMistake(scope.name, `units in ${heads} equal heads`, units);
          if (causal && mask !== undefined) throw layerMistake(scope.name, "either a mask or causal", "both");
          const [query, key, value] = [x, looked, looked].map((from, i) => {
            const y = dense(from, { name: ["query", "key", "value"][i]!, units, bias, initialise });
            const [batch, time] = y.shape as [number, number];
            const apart = reshape(y, [batch, time, heads, units / heads], { name: scope.name });
            return transpose(apart, [0, 2, 1, 3], { name: scope.name });
          }) as [Tensor, Tensor, Tensor];
          const seen = attention(query, key, value, {
            mask: causal ? causalMask(x.shape[1]!, looked.shape[1]!) : mask,
            dropWeights: (weights) => scope.drop(weights, { rate: dropout, shape: weights.shape }),
            name: scope.name,
          });
          const joined = reshape(transpose(seen, [0, 2, 1, 3], { name: scope.name }), [...x.shape.slice(0, 2), units], {
            name: scope.name,
          });
          return dense(joined, { name: "output", units, bias, initialise });
        },
      ),
    positions: (x, { name, kind = "sinusoidal", initialise = smallNormal } = {}) =>
      context.layer({ kind: "positions", name, inputs: [x] }, (scope) => {
        expectAxes(x, { layer: scope.name, exactly: 3, axes: sequence });
        const [, time, features] = x.shape as [number, number, number];
        if (kind === "sinusoidal") return add(x, sinusoidalPositions(time, features), { name: scope.name });
        const start = startOf(initialise, { fanIn: time, fanOut: features });
        return add(x, scope.parameter("positions", [time, features], { initialise: start }), { name: scope.name });
      }),
    embedding: (indices, { name, rows, features, initialise = standardNormal }) =>
      context.layer({ kind: "embedding", name, inputs: [indices] }, (scope) => {
        const start = startOf(initialise, { fanIn: rows, fanOut: features });
        const table = scope.parameter("weight", [rows, features], { initialise: start, decays: true });
        return embedding(indices, table, { name: scope.name });
      }),
  };
}

/** [query, key], true where the key is not later. */
function causalMask(queries: number, keys: number): Tensor {
  const seen = Uint8Array.from({ length: queries * keys }, (_, i) => (i % keys <= Math.floor(i / keys) ? 1 : 0));
  return constant(seen, [queries, keys]);
}
