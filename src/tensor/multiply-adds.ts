import { topologicalOrder } from "./leaves.ts";
import { tensorMath } from "./math.ts";
import type { Node, Tensor } from "./tensor.ts";

/** Products that a node adds up: its op's own number, or that of the ops which it is made of. */
export function multiplyAddsOf(node: Node): number {
  const { op } = node;
  if (op.multiplyAdds !== undefined) return op.multiplyAdds(node);
  if (op.lower === undefined) return 0;
  const known = new Set<Tensor>(topologicalOrder(node.inputs));
  const inner = new Set<Node>();
  for (const tensor of topologicalOrder(op.lower(node, tensorMath))) {
    if (tensor.source.kind === "node" && !known.has(tensor)) inner.add(tensor.source);
  }
  return [...inner].reduce((sum, each) => sum + multiplyAddsOf(each), 0);
}
