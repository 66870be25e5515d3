import { applyOne, applyOp } from "../op.ts";
import { sameShape } from "../shapes.ts";
import type { Node, Tensor } from "../tensor.ts";
import { type Layouts, createBatchLastWindows } from "./batch-last-windows.ts";
import { createBatchLastNorms, isNorm } from "./batch-last-norms.ts";
import { createSpectralConvolutions } from "./batch-last-spectra.ts";
import { createWideConvolutions } from "./batch-last-wide.ts";
import { type Windows, findWindows } from "./find-windows.ts";
import { findSpectral } from "./find-spectral.ts";
import { nodesOf, readersOf } from "./rewrite.ts";
import { matmul, matmulOp } from "../ops/matmul.ts";
import { concat, concatOp, pad, padOp, slice, sliceOp } from "../ops/ranges.ts";
import { reduceMaxOp, reduceMeanOp, reduceSumOp } from "../ops/reduce.ts";
import { broadcastTo, broadcastToOp, reshape, reshapeOp, transpose, transposeOp } from "../ops/reshape.ts";

/**
 * Moves the batch to the last axis wherever small convolutions are, so that [batch, channel, time] becomes [channel,
 * time, batch]: shifts in time are then copies of whole rows, a convolution is one matrix product for the whole batch,
 * and pooling compares whole rows. What lies between follows: element-wise ops, reshapes that keep the batch apart, and
 * matrix products take the layout that their readers want. The values stay the same but for the order of sums.
 */
export function moveBatchLast(outputs: readonly Tensor[]): Tensor[] {
  const nodes = nodesOf(outputs);
  const readers = readersOf(outputs);
  const windows = findWindows(nodes, { readers, kept: new Set(outputs) });
  if (windows.small.size + windows.wide.size === 0) return [...outputs];
  const preferred = preferLast(nodes, { readers, windows });
  const first = new Map<Tensor, Tensor>();
  const last = new Map<Tensor, Tensor>();
  const rules = createBatchLastWindows(windows);
  const wide = createWideConvolutions(windows);
  const spectral = createSpectralConvolutions(findSpectral([...windows.wide]));
  const norm = createBatchLastNorms();
  const applied = new Map<Node, readonly Tensor[]>();
  const apply = (node: Node): readonly Tensor[] => {
    const made = applied.get(node) ?? applyOp(node.op, node.inputs.map(layouts.first), node);
    applied.set(node, made);
    return made;
  };

  const layouts: Layouts = {
    first: (old) =>
      remembered(first, old, () => {
        const { source } = old;
        if (source.kind !== "node") return old;
        if (last.has(old) || preferred.has(old)) return batchFirst(layouts.last(old));
        if (isNorm(source) && preferred.has(source.outputs[0]!)) return norm(source, layouts)[old.output]!;
        const direct =
          rules.weightGradient(source, layouts) ??
          spectral.weightGradient(source, layouts) ??
          wide.weightGradient(source, layouts) ??
          (source.inputs.some((each) => preferred.has(each)) ? fromLast(source, layouts) : undefined);
        return direct ?? apply(source)[old.output]!;
      }),
    last: (old) =>
      remembered(last, old, () => {
        const { source } = old;
        const made =
          source.kind !== "node" || first.has(old)
            ? undefined
            : isNorm(source)
              ? norm(source, layouts)[old.output]
              : (rules.last(source, layouts) ??
                spectral.last(source, layouts) ??
                wide.last(source, layouts) ??
                followLast(source, layouts));
        return made ?? batchLast(layouts.first(old));
      }),
  };
  // In order, so that no call goes deep; what is split in phases is made when its readers ask for it.
  for (const { outputs: made } of nodes) {
    for (const old of made) {
      if (windows.split.has(old)) continue;
      if (preferred.has(old)) layouts.last(old);
      else layouts.first(old);
    }
  }
  return outputs.map(layouts.first);
}

function remembered(known: Map<Tensor, Tensor>, old: Tensor, make: () => Tensor): Tensor {
  const before = known.get(old);
  if (before !== undefined) return before;
  const made = make();
  known.set(old, made);
  return made;
}

/** [batch, …] → […, batch] */
function batchLast(x: Tensor): Tensor {
  return transpose(x, [...x.shape.keys()].slice(1).concat(0));
}

/** […, batch] → [batch, …] */
function batchFirst(x: Tensor): Tensor {
  const rank = x.shape.length;
  return transpose(x, [rank - 1, ...[...x.shape.keys()].slice(0, rank - 1)]);
}

/**
 * The tensors that are best made with the batch last: small convolutions, what passes their layout on, and what is read
 * only by these.
 */
function preferLast(
  nodes: readonly Node[],
  { readers, windows }: { readonly readers: ReadonlyMap<Tensor, readonly Node[]>; readonly windows: Windows },
): ReadonlySet<Tensor> {
  const preferred = new Set<Tensor>();
  for (const node of nodes) {
    const [y] = node.outputs as [Tensor];
    const passes =
      ((windows.small.has(node) || windows.wide.has(node)) && !windows.isWeightGradient(node)) ||
      (isPlainProduct(node) && preferred.has(node.inputs[0]!) && node.inputs[0]!.shape[0] === y.shape[0]) ||
      ((keepsBatch(node) || windows.isPool(node) || isNorm(node)) &&
        node.inputs.some((each) => preferred.has(each) && each.shape[0] === y.shape[0]));
    if (passes) preferred.add(y);
  }
  for (const node of nodes.toReversed()) {
    const [y] = node.outputs as [Tensor];
    const users = readers.get(y) ?? [];
    if (users.length === 0 || preferred.has(y) || !(keepsBatch(node) || isPlainProduct(node))) continue;
    if (users.every((user) => preferred.has(user.outputs[0]!) && user.outputs[0]!.shape[0] === y.shape[0]))
      preferred.add(y);
  }
  return preferred;
}

/** Whether an op treats each row of the batch apart, in a way that {@link followLast} knows. */
function keepsBatch({ op, inputs: [x], outputs, attributes }: Node): boolean {
  const [y] = outputs as [Tensor];
  if (y.shape.length < 2) return false;
  if (op.elementwise === true) return true;
  if (op === reshapeOp) return x!.shape.length >= 2 && x!.shape[0] === y.shape[0];
  if (op === concatOp || op === sliceOp) return (attributes as { axis: number }).axis > 0;
  if (isReduction(op)) return !(attributes as { axes: readonly number[] }).axes.includes(0);
  return (op === padOp || op === broadcastToOp) && x!.shape.length === y.shape.length && x!.shape[0] === y.shape[0];
}

function isReduction(op: Node["op"]): boolean {
  return op === reduceSumOp || op === reduceMeanOp || op === reduceMaxOp;
}

function isPlainProduct({ op, inputs }: Node): boolean {
  return op === matmulOp && inputs.every((each) => each.shape.length === 2);
}

/** An op's output with the batch last, from inputs with the batch last; `undefined` where it does not follow. */
function followLast(node: Node, layouts: Layouts): Tensor | undefined {
  const { op, inputs, outputs, attributes, name } = node;
  const [y] = outputs as [Tensor];
  if (isPlainProduct(node)) {
    // (a b)ᵀ = bᵀ aᵀ, where aᵀ is a with the batch last.
    return matmul(transposedMatrix(layouts.first(inputs[1]!)), layouts.last(inputs[0]!), { name });
  }
  if (!keepsBatch(node)) return undefined;
  if (op.elementwise === true) {
    const operands = inputs.map((each) => operandLast(each, { y, layouts }));
    return applyOne(op, operands, { attributes, name });
  }
  const x = layouts.last(inputs[0]!);
  if (op === reshapeOp) return reshape(x, [...y.shape.slice(1), y.shape[0]!]);
  if (op === concatOp) return concat(inputs.map(layouts.last), (attributes as { axis: number }).axis - 1);
  if (op === sliceOp) {
    const range = attributes as { axis: number; start: number; end: number; step: number };
    return slice(x, { ...range, axis: range.axis - 1 });
  }
  if (op === broadcastToOp) return broadcastTo(x, [...y.shape.slice(1), y.shape[0]!]);
  if (isReduction(op)) {
    const { axes, keepDims } = attributes as { axes: readonly number[]; keepDims: boolean };
    return applyOne(op, [x], { attributes: { axes: axes.map((axis) => axis - 1), keepDims }, name });
  }
  const { before, after, value } = attributes as { before: number[]; after: number[]; value: number };
  return pad(x, { before: [...before.slice(1), 0], after: [...after.slice(1), 0], value });
}

function transposedMatrix(x: Tensor): Tensor {
  return x.source.kind === "node" && x.source.op === transposeOp ? x.source.inputs[0]! : transpose(x, [1, 0]);
}

/** An operand of an element-wise op; one without a batch of its own gets an axis of size one at the end. */
function operandLast(x: Tensor, { y, layouts }: { readonly y: Tensor; readonly layouts: Layouts }): Tensor {
  const rank = y.shape.length;
  if (x.shape.length === rank && x.shape[0] !== 1) return layouts.last(x);
  const value = layouts.first(x);
  if (x.shape.length === 0) return value;
  const shape = [...y.shape.map(() => 1), ...x.shape].slice(x.shape.length);
  return reshape(value, [...shape.slice(1), 1]);
}

/** What has no batch, from inputs with the batch last: sums over the batch, and the transpose of a matrix. */
function fromLast({ op, inputs, outputs, attributes }: Node, layouts: Layouts): Tensor | undefined {
  const [x] = inputs as [Tensor];
  if (op === transposeOp) {
    return sameShape((attributes as { order: readonly number[] }).order, [1, 0]) ? layouts.last(x) : undefined;
  }
  if (!isReduction(op)) return undefined;
  const { axes } = attributes as { axes: readonly number[] };
  if (!axes.includes(0)) return undefined;
  const moved = axes.map((axis) => (axis + x.shape.length - 1) % x.shape.length).sort((a, b) => a - b);
  return reshape(applyOne(op, [layouts.last(x)], { attributes: { axes: moved, keepDims: true } }), outputs[0]!.shape);
}
