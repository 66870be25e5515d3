import { mul, mulOp, sub, subOp } from "../ops/binary.ts";
import { sigmoidOp, tanhOp } from "../ops/unary.ts";
import { sameShape } from "../shapes.ts";
import type { Node, Op, Tensor } from "../tensor.ts";
import { nodesOf, readersOf, rewrite } from "./rewrite.ts";

/**
 * Slopes of gates by one product less. Where a gate's output y = σ(x) or tanh(x) is multiplied by z, and that product p is all that reads it, the slope
 * of x is d·z·y·(1 − y) or d·z·(1 − y²) with the slope d of p: the same as d·p·(1 − y) and d·(z − p·y), and p is there already.
 */
export function reuseGatedProducts(outputs: readonly Tensor[]): Tensor[] {
  const readers = readersOf(outputs);
  const kept = new Set(outputs);
  const products = new Map<Tensor, Map<Tensor, Tensor>>();
  for (const { op, inputs, outputs: made } of nodesOf(outputs)) {
    if (op !== mulOp) continue;
    for (const [a, b] of bothWays(inputs)) products.set(a, (products.get(a) ?? new Map()).set(b, made[0]!));
  }
  /** Whether the only one who reads it may do without it. */
  const isPassing = (x: Tensor) => !kept.has(x) && readers.get(x)?.length === 1;

  return rewrite(outputs, (node, now) => {
    if (node.op !== mulOp) return undefined;
    for (const [slope, derivative] of bothWays(node.inputs)) {
      const gate = sigmoidOf(derivative) ?? tanhOf(derivative);
      const factors = inputsOf(slope, mulOp);
      if (gate === undefined || factors === undefined || !isPassing(slope)) continue;
      for (const [d, z] of bothWays(factors)) {
        const product = products.get(gate)?.get(z);
        if (product === undefined || ![d, z, product].every(({ shape }) => sameShape(shape, gate.shape))) continue;
        const [ofProduct, y, p, other] = [d, gate, product, z].map(now) as [Tensor, Tensor, Tensor, Tensor];
        if (isOutputOf(gate, tanhOp)) return [mul(ofProduct, sub(other, mul(p, y)))];
        return [mul(mul(ofProduct, p), now(oneMinus(derivative)!))];
      }
    }
    return undefined;
  });
}

function bothWays(inputs: readonly Tensor[]): readonly (readonly [Tensor, Tensor])[] {
  const [a, b] = inputs as [Tensor, Tensor];
  return a === b
    ? [[a, b]]
    : [
        [a, b],
        [b, a],
      ];
}

function isOutputOf({ source }: Tensor, op: Op<never>): boolean {
  return source.kind === "node" && (source as Node).op === op;
}

function inputsOf(x: Tensor, op: Op<never>): readonly Tensor[] | undefined {
  return x.source.kind === "node" && isOutputOf(x, op) ? x.source.inputs : undefined;
}

/** Of y·(1 − y), y = σ(x): 1 − y. */
function oneMinus(derivative: Tensor): Tensor | undefined {
  return inputsOf(derivative, mulOp)?.find((each) => isOne(inputsOf(each, subOp)?.[0]));
}

/** Of y·(1 − y), y = σ(x): y. */
function sigmoidOf(derivative: Tensor): Tensor | undefined {
  const y = inputsOf(oneMinus(derivative) ?? derivative, subOp)?.[1];
  return y !== undefined && isOutputOf(y, sigmoidOp) && inputsOf(derivative, mulOp)?.includes(y) === true
    ? y
    : undefined;
}

/** Of 1 − y², y = tanh(x): y. */
function tanhOf(derivative: Tensor): Tensor | undefined {
  const [one, square] = inputsOf(derivative, subOp) ?? [];
  const [a, b] = (square && inputsOf(square, mulOp)) ?? [];
  return isOne(one) && a !== undefined && a === b && isOutputOf(a, tanhOp) ? a : undefined;
}

function isOne(x: Tensor | undefined): boolean {
  return x?.source.kind === "constant" && x.source.values.length === 1 && x.source.values[0] === 1;
}
