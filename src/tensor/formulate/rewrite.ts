import { topologicalOrder } from "../leaves.ts";
import { applyOp } from "../op.ts";
import type { Node, Tensor } from "../tensor.ts";

/** The nodes that read each tensor of a graph, in order. */
export function readersOf(outputs: readonly Tensor[]): ReadonlyMap<Tensor, readonly Node[]> {
  const readers = new Map<Tensor, Node[]>();
  for (const node of nodesOf(outputs)) {
    for (const each of new Set(node.inputs)) {
      const known = readers.get(each);
      if (known === undefined) readers.set(each, [node]);
      else known.push(node);
    }
  }
  return readers;
}

/** The nodes of a graph, each after those that it depends on. */
export function nodesOf(outputs: readonly Tensor[]): Node[] {
  const nodes = new Set<Node>();
  for (const { source } of topologicalOrder(outputs)) if (source.kind === "node") nodes.add(source);
  return [...nodes];
}

/** Gives a node's outputs in the new graph, where `now` maps tensors of the old one; `undefined` keeps the node as it is. */
export type RewriteRule = (node: Node, now: (old: Tensor) => Tensor) => readonly Tensor[] | undefined;

/** The same graph with some nodes replaced; what depends on none of them stays the same object. */
export function rewrite(outputs: readonly Tensor[], rule: RewriteRule): Tensor[] {
  const replaced = new Map<Tensor, Tensor>();
  const now = (old: Tensor) => replaced.get(old) ?? old;
  for (const node of nodesOf(outputs)) {
    let made = rule(node, now);
    if (made === undefined && node.inputs.some((each) => replaced.has(each))) {
      made = applyOp(node.op, node.inputs.map(now), { attributes: node.attributes, name: node.name });
    }
    made?.forEach((tensor, index) => replaced.set(node.outputs[index]!, tensor));
  }
  return outputs.map(now);
}
