import { type Architecture, traceModel } from "../../models/index.ts";
import { sizeOf, topologicalOrder } from "../../tensor/index.ts";
import type { ModelShape } from "./training-graph.ts";

/** What the largest value of a forward pass may take, bytes; see docs/log.md for the measurements. */
const cacheBytes = 2 * 2 ** 20;
const [least, most] = [32, 256];

/**
 * How many windows are scored at once on a CPU: the greatest power of two from 32 to 256 whose largest activation, the values of one
 * node, takes at most 2 MiB, so that the next node finds it in the cache.
 */
export function evaluationBatchFor(
  architecture: Architecture,
  { settings, ...shape }: ModelShape & { readonly settings: unknown },
): number {
  const { logits } = traceModel(architecture, { ...shape, settings, mode: "inference", batch: 1 });
  const sizes = topologicalOrder([logits]).flatMap(({ source, shape }) =>
    source.kind === "node" ? [4 * sizeOf(shape)] : [],
  );
  const fitting = cacheBytes / Math.max(...sizes);
  return Math.min(most, Math.max(least, 2 ** Math.floor(Math.log2(fitting))));
}
