import { constant, topologicalOrder } from "../leaves.ts";
import { applyOne, applyOp } from "../op.ts";
import { batchNormTrainingOp } from "../ops/batch-norm-training.ts";
import { batchNormInferenceOp } from "../ops/batch-norm.ts";
import { convolutionOp } from "../ops/convolution.ts";
import { averagePoolOp, maxPoolOp } from "../ops/pooling.ts";
import { concatOp, sliceOp } from "../ops/ranges.ts";
import { reduceMaxOp, reduceMeanOp } from "../ops/reduce.ts";
import { reshape, reshapeOp } from "../ops/reshape.ts";
import { sameShape } from "../shapes.ts";
import type { Node, Op, Tensor } from "../tensor.ts";
import type { WindowAttributes } from "../windows.ts";
import { nodesOf } from "./rewrite.ts";

/**
 * Writes convolutions along time with weights that do not depend on an input as those of images one row high,
 * [batch, channel, time] becoming [batch, channel, 1, time], and so what follows them, as far as it treats time apart.
 */
export function rowsAsImages(outputs: readonly Tensor[]): Tensor[] {
  const fed = fedTensors(outputs);
  return move(outputs, {
    rank: 3,
    shape: (shape) => [...shape.slice(0, -1), 1, ...shape.slice(-1)],
    window: ({ size, stride, dilation, before, after, groups }) => ({
      size: [1, ...size],
      stride: [1, ...stride],
      dilation: [1, ...dilation],
      before: [0, ...before],
      after: [0, ...after],
      groups,
    }),
    axis: (axis) => (axis === 2 ? 3 : axis),
    norms: [batchNormInferenceOp],
    takes: () => true,
    reduced: [[2], [2, 3]],
    begins: ({ inputs: [, weight] }) => !fed.has(weight!),
  });
}

/**
 * Undoes {@link rowsAsImages}: the graph that it was given, but for reshapes that came to nothing. What `inputs` depend on
 * stays the same objects.
 */
export function imagesAsRows(outputs: readonly Tensor[], inputs: readonly Tensor[]): Tensor[] {
  return move(outputs, {
    before: inputs,
    rank: 4,
    shape: (shape) => [...shape.slice(0, -2), ...shape.slice(-1)],
    window: ({ size, stride, dilation, before, after, groups }) => ({
      size: size.slice(1),
      stride: stride.slice(1),
      dilation: dilation.slice(1),
      before: before.slice(1),
      after: after.slice(1),
      groups,
    }),
    axis: (axis) => (axis === 3 ? 2 : axis),
    // A file's norms are read as those of training where its graph is to be trained.
    norms: [batchNormInferenceOp, batchNormTrainingOp],
    takes: ({ size, before }) => size[0] === 1 && before[0] === 0,
    reduced: [[2, 3], [2]],
    begins: ({ inputs: [, weight] }) => weight!.shape[2] === 1 && isReshaped(weight!),
  });
}

/** Whether a tensor was given its shape: a kernel of a row, unlike that of a convolution which was meant for images. */
const isReshaped = ({ source }: Tensor) =>
  source.kind === "constant" || (source.kind === "node" && source.op === reshapeOp);

/** One way or the other between signals [batch, channel, time] and images of one row [batch, channel, 1, time]. */
interface Direction {
  /** Tensors that the graph begins with. */
  readonly before?: readonly Tensor[];
  /** Axes of the tensors that are moved. */
  readonly rank: number;
  shape(shape: readonly number[]): readonly number[];
  window(attributes: WindowAttributes): WindowAttributes;
  axis(axis: number): number;
  /** Those that are moved. */
  readonly norms: readonly Op<never>[];
  /** Whether a window stays within the row. */
  takes(attributes: WindowAttributes): boolean;
  /** Axes of sums over time, before and after. */
  readonly reduced: readonly [readonly number[], readonly number[]];
  /** Whether a convolution is moved, whatever is before it. */
  begins(convolution: Node): boolean;
}

function move(outputs: readonly Tensor[], direction: Direction): Tensor[] {
  /** Of tensors of the old graph in the new one: in their old shape, and moved. */
  const plain = new Map<Tensor, Tensor>();
  const moved = new Map<Tensor, Tensor>();
  /** Those that are made moved. */
  const made = new Set<Tensor>();
  const asPlain = (old: Tensor): Tensor => {
    if (made.has(old) && !plain.has(old)) plain.set(old, inShape(moved.get(old)!, old.shape));
    return plain.get(old) ?? old;
  };
  const asMoved = (old: Tensor, name?: string): Tensor => {
    if (old.shape.length < 2) return asPlain(old);
    if (!moved.has(old)) moved.set(old, inShape(asPlain(old), direction.shape(old.shape), name));
    return moved.get(old)!;
  };
  const isMovable = ({ shape }: Tensor) => shape.length === direction.rank && (direction.rank === 3 || shape[2] === 1);

  /** A node's outputs, the first one moved; `undefined` where it is not. */
  const follow = (node: Node): readonly Tensor[] | undefined => {
    const { op, inputs, attributes, name } = node;
    const [x, weight] = inputs as [Tensor, Tensor];
    if (!isMovable(node.outputs[0]!) || !inputs.some((each) => isMovable(each))) return undefined;
    if (op === convolutionOp || op === maxPoolOp || op === averagePoolOp) {
      const window = attributes as WindowAttributes;
      const begins = op === convolutionOp ? direction.begins(node) : moved.has(x);
      if (!begins || !isMovable(x) || !direction.takes(window)) return undefined;
      const kernel = op === convolutionOp ? [asMoved(weight, name)] : [];
      return [
        applyOne(op as Op<WindowAttributes>, [asMoved(x), ...kernel], { attributes: direction.window(window), name }),
      ];
    }
    if (!inputs.some((each) => made.has(each))) return undefined;
    if (direction.norms.includes(op)) {
      return applyOp(op, [asMoved(x), ...inputs.slice(1).map(asPlain)], node);
    }
    if (op === concatOp || op === sliceOp) {
      const range = attributes as { readonly axis: number };
      const options = { attributes: { ...range, axis: direction.axis(range.axis) }, name };
      return applyOp(
        op as Op,
        inputs.map((each) => asMoved(each)),
        options,
      );
    }
    if (isSumOverTime(node)) return [sumOverTime(node)];
    if (op.elementwise !== true) return undefined;
    return applyOp(
      op,
      inputs.map((each) => asMoved(each, name)),
      node,
    );
  };

  const isSumOverTime = ({ op, inputs: [x], attributes }: Node) =>
    (op === reduceMeanOp || op === reduceMaxOp) &&
    made.has(x!) &&
    sameShape((attributes as { readonly axes: readonly number[] }).axes, direction.reduced[0]);
  const sumOverTime = ({ op, inputs: [x], attributes, name }: Node) =>
    applyOne(op, [asMoved(x!)], { attributes: { ...(attributes as object), axes: direction.reduced[1] }, name });

  const before = new Set(nodesOf(direction.before ?? []));
  for (const node of nodesOf(outputs)) {
    if (before.has(node)) continue;
    const { op, inputs } = node;
    const followed = follow(node);
    if (followed !== undefined) {
      moved.set(node.outputs[0]!, followed[0]!);
      made.add(node.outputs[0]!);
      followed.slice(1).forEach((tensor, index) => plain.set(node.outputs[index + 1]!, tensor));
    } else if (isSumOverTime(node)) {
      plain.set(node.outputs[0]!, sumOverTime(node));
    } else if (op === reshapeOp && made.has(inputs[0]!)) {
      plain.set(node.outputs[0]!, inShape(moved.get(inputs[0]!)!, node.outputs[0]!.shape, node.name));
    } else {
      const from = inputs.map(asPlain);
      if (from.every((each, index) => each === inputs[index])) continue;
      applyOp(op, from, node).forEach((tensor, index) => plain.set(node.outputs[index]!, tensor));
    }
  }
  return outputs.map(asPlain);
}

/** The same values in another shape; of a constant itself, and by one reshape in place of two. */
function inShape(x: Tensor, shape: readonly number[], name?: string): Tensor {
  const { source } = x;
  if (source.kind === "constant") return constant(source.values, shape);
  const isReshape = source.kind === "node" && source.op === reshapeOp;
  return reshape(isReshape ? source.inputs[0]! : x, shape, { name });
}

/** What depends on an input. */
function fedTensors(outputs: readonly Tensor[]): ReadonlySet<Tensor> {
  const fed = new Set<Tensor>();
  for (const tensor of topologicalOrder(outputs)) {
    const { source } = tensor;
    if (source.kind === "input" || (source.kind === "node" && source.inputs.some((each) => fed.has(each)))) {
      fed.add(tensor);
    }
  }
  return fed;
}
