import { applyOne } from "../op.ts";
import type { Node, Tensor } from "../tensor.ts";
import type { WindowAttributes } from "../windows.ts";
import { readersOf, rewrite } from "./rewrite.ts";
import { maxPoolGradientOp } from "../ops/pooling-gradients.ts";
import { maxPoolOp } from "../ops/pooling.ts";
import { relu, reluGradient, reluGradientOp, reluOp } from "../ops/unary.ts";

/**
 * Pools before the rectifier instead of after it, forwards and backwards: the same values and the same gradients (where
 * values tie at 0 the rectifier passes none), on half as many or fewer values.
 */
export function poolBeforeRelu(outputs: readonly Tensor[]): Tensor[] {
  const readers = readersOf(outputs);
  const kept = new Set(outputs);
  /** Whether a rectified tensor goes nowhere but into one pool and the gradients of both. */
  const commutes = (rectified: Tensor): boolean => {
    const users = readers.get(rectified) ?? [];
    const pools = users.filter(({ op }) => op === maxPoolOp);
    return (
      isFrom(rectified, reluOp) &&
      !kept.has(rectified) &&
      pools.length === 1 &&
      users.every((user) => user.op === maxPoolOp || isGradientOf(user, rectified, readers))
    );
  };
  /** Of each pooled and rectified tensor, the one that is only pooled. */
  const pooled = new Map<Tensor, Tensor>();
  return rewrite(outputs, (node, now) => {
    const { op, inputs } = node;
    if (op === maxPoolOp && commutes(inputs[0]!)) {
      const before = applyOne(maxPoolOp, [now((inputs[0]!.source as Node).inputs[0]!)], node as Node<WindowAttributes>);
      const after = relu(before);
      pooled.set(after, before);
      return [after];
    }
    if (op === reluGradientOp && commutes(inputs[0]!)) {
      const { inputs: given, attributes } = inputs[1]!.source as Node<WindowAttributes>;
      const after = now(given[1]!);
      const slope = reluGradient(after, now(given[2]!));
      const x = now((inputs[0]!.source as Node).inputs[0]!);
      return [applyOne(maxPoolGradientOp, [x, pooled.get(after)!, slope], { attributes })];
    }
    return undefined;
  });
}

function isFrom({ source }: Tensor, op: unknown): boolean {
  return source.kind === "node" && source.op === op;
}

/** A pool's gradient that is read only by the rectifier's, or that one. */
function isGradientOf(user: Node, rectified: Tensor, readers: ReadonlyMap<Tensor, readonly Node[]>): boolean {
  if (user.op === reluGradientOp) {
    const { source } = user.inputs[1]!;
    return (
      user.inputs[0] === rectified &&
      source.kind === "node" &&
      source.op === maxPoolGradientOp &&
      source.inputs[0] === rectified
    );
  }
  if (user.op !== maxPoolGradientOp || user.inputs[0] !== rectified) return false;
  const next = readers.get(user.outputs[0]!) ?? [];
  return next.length === 1 && next[0]!.op === reluGradientOp && next[0]!.inputs[0] === rectified;
}
