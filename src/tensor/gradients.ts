import { UserError } from "../core/errors.ts";
import { topologicalOrder } from "./leaves.ts";
import { scalar, tensorMath } from "./math.ts";
import { describeShape, sizeOf } from "./shapes.ts";
import type { Leaf, Node, Tensor } from "./tensor.ts";
import { fill, reshape } from "./ops/reshape.ts";

/**
 * Reverse-mode differentiation: the slope of a loss of one value with respect to each of `wrt`, as new symbolic tensors
 * of the same shapes. Only what the answers need is built; where a slope comes together from several uses, they are
 * added in the reverse order of the uses, so the result is the same each time. The slope with respect to a tensor that
 * the loss does not depend on is 0.
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (sizeOf(loss.shape) !== 1) {
    throw new UserError(
      `Cannot differentiate: expected a loss of one value, found shape ${describeShape(loss.shape)}.`,
    );
  }
  const order = topologicalOrder([loss]);
  const wanted = dependents(order, wrt);
  const slopes = new Map<Tensor, Tensor>([[loss, reshape(scalar(1), loss.shape)]]);
  const visited = new Set<Leaf | Node>();
  for (const tensor of order.toReversed()) {
    const node = tensor.source;
    if (node.kind !== "node" || visited.has(node) || !node.outputs.some((output) => wanted.has(output))) continue;
    visited.add(node);
    const given = node.outputs.map((output) => slopes.get(output));
    if (given.every((slope) => slope === undefined)) continue;
    const parts = slopesOfInputs(
      node,
      given,
      node.inputs.map((each) => wanted.has(each)),
    );
    parts.forEach((part, index) => {
      const target = node.inputs[index]!;
      if (part === undefined || !wanted.has(target)) return;
      const before = slopes.get(target);
      slopes.set(target, before === undefined ? part : tensorMath.add(before, part));
    });
  }
  return wrt.map((tensor) => slopes.get(tensor) ?? fill(tensor.shape, 0));
}

/** `wrt`, and everything that depends on them. */
function dependents(order: readonly Tensor[], wrt: readonly Tensor[]): ReadonlySet<Tensor> {
  const found = new Set(wrt);
  for (const tensor of order) {
    const { source } = tensor;
    if (source.kind === "node" && source.inputs.some((each) => found.has(each))) found.add(tensor);
  }
  return found;
}

function slopesOfInputs(
  node: Node,
  slopes: readonly (Tensor | undefined)[],
  wanted: readonly boolean[],
): readonly (Tensor | undefined)[] {
  const { op } = node;
  if (op.gradient === "flat") return node.inputs.map(() => undefined);
  if (op.gradient === undefined) {
    throw new UserError(`Cannot differentiate: expected ops that have a gradient, found ${op.name}.`);
  }
  const slope = slopes[0] ?? fill(node.outputs[0]!.shape, 0);
  return op.gradient(node, { slope, slopes, wanted, math: tensorMath });
}
