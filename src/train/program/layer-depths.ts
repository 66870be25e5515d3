import { type Tensor, leafName, topologicalOrder } from "../../tensor/index.ts";

/** How far a tensor is from the net's input, in layers, and the layer that it came out of; no layer at the input itself. */
interface Place {
  readonly depth: number;
  readonly layer: string | undefined;
}

/**
 * How deep each parameter's layer lies, by the parameter's name: 1 where only the net's input is before it, otherwise one more than the
 * deepest of the layers that it reads. A layer is what shares a name up to the last dot; layers side by side have one depth.
 */
export function layerDepths(outputs: readonly Tensor[]): Map<string, number> {
  const places = new Map<Tensor, Place>();
  /** What is made of parameters alone, such as a kernel turned for its product: their names. */
  const made = new Map<Tensor, readonly string[]>();
  const depths = new Map<string, number>();
  const layers = new Map<string, string>();
  for (const tensor of topologicalOrder(outputs)) {
    const { source } = tensor;
    if (source.kind === "input") places.set(tensor, { depth: 0, layer: undefined });
    if (source.kind === "parameter") made.set(tensor, [leafName(tensor)]);
    if (source.kind !== "node") continue;
    const before = source.inputs.flatMap((each) => places.get(each) ?? []);
    const names = source.inputs.flatMap((each) => made.get(each) ?? []);
    if (before.length === 0) {
      made.set(tensor, names);
      continue;
    }
    const deepest = before.reduce((most, each) => (each.depth > most.depth ? each : most));
    let place = deepest;
    for (const name of names) {
      const layer = layerOf(name);
      const isInside = before.some((each) => each.depth === deepest.depth && each.layer === layer);
      const depth = Math.max(depths.get(layer) ?? 0, deepest.depth + (isInside ? 0 : 1));
      depths.set(layer, depth);
      layers.set(name, layer);
      place = { depth, layer };
    }
    places.set(tensor, place);
  }
  return new Map([...layers].map(([name, layer]) => [name, depths.get(layer)!]));
}

function layerOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}
