import { applyOne, applyOp } from "../op.ts";
import { broadcastTo, broadcastToOp, fill, fillOp, reshape, reshapeOp, transpose } from "../ops/reshape.ts";
import { concat, concatOp, pad, padOp, slice, sliceOp } from "../ops/ranges.ts";
import { type RecurrentAttributes, type RecurrentGradientAttributes, gruOps, lstmOps } from "../ops/recurrent.ts";
import { runBackward, timeFirst, weightsOf } from "../ops/recurrent.ts";
import { reduceMaxOp, reduceMeanOp, reduceSumOp } from "../ops/reduce.ts";
import { sameShape } from "../shapes.ts";
import type { Node, Tensor } from "../tensor.ts";
import type { ForwardPass } from "../recurrence/cell.ts";
import { nodesOf, readersOf } from "./rewrite.ts";

/**
 * Writes recurrent layers as loops over time, [batch, channel, time] becoming [time, channel, batch]; one forward pass
 * serves a layer and its gradient. What lies between them and after them follows as far as it treats time, channel and
 * batch apart: element-wise ops, sums over time, ranges, joins. The values stay the same but for the order of sums.
 */
export function moveTimeFirst(outputs: readonly Tensor[]): Tensor[] {
  const nodes = nodesOf(outputs);
  if (!nodes.some((node) => layerOf(node) !== undefined)) return [...outputs];
  const moved = preferMoved(nodes, readersOf(outputs));
  const plain = new Map<Tensor, Tensor>();
  const first = new Map<Tensor, Tensor>();
  const passes = createPasses(nodes);

  const layouts: Layouts = {
    plain: (old) =>
      remembered(plain, old, () => {
        const { source } = old;
        if (source.kind !== "node") return old;
        if (moved.has(old)) return timeFirst(layouts.moved(old));
        const direct = passes.plain(source, layouts) ?? reduceMoved(source, moved, layouts);
        if (direct !== undefined) return direct[old.output]!;
        const inputs = source.inputs.map(layouts.plain);
        if (inputs.every((each, index) => each === source.inputs[index])) return old;
        const made = applyOp(source.op, inputs, source);
        made.forEach((tensor, index) => plain.set(source.outputs[index]!, tensor));
        return made[old.output]!;
      }),
    moved: (old) =>
      remembered(first, old, () => {
        const { source } = old;
        const follows = source.kind === "node" && moved.has(old);
        const made = follows ? (passes.moved(source, layouts)?.[old.output] ?? follow(source, layouts)) : undefined;
        return made ?? timeFirst(layouts.plain(old));
      }),
  };
  // In order, so that no call goes deep.
  for (const node of nodes) for (const old of node.outputs) (moved.has(old) ? layouts.moved : layouts.plain)(old);
  return outputs.map(layouts.plain);
}

/** A tensor of the old graph in the new one, as it is or as [time, channel, batch]. */
interface Layouts {
  plain(old: Tensor): Tensor;
  moved(old: Tensor): Tensor;
}

function remembered(known: Map<Tensor, Tensor>, old: Tensor, make: () => Tensor): Tensor {
  const before = known.get(old);
  if (before !== undefined) return before;
  const made = make();
  known.set(old, made);
  return made;
}

const layers = [lstmOps, gruOps];

const layerOf = ({ op }: Node) => layers.find((layer) => layer.op === op);
const layerOfGradient = ({ op }: Node) => layers.find((layer) => layer.gradientOp === op);

/** Forward and backward passes, each made once. */
function createPasses(nodes: readonly Node[]) {
  const differentiated = nodes.filter((node) => layerOfGradient(node) !== undefined);
  const forwards: { readonly of: Node; readonly pass: ForwardPass }[] = [];
  const backwards = new Map<Node, readonly Tensor[]>();

  /** Of a layer, or of the layer that a gradient belongs to. */
  const forward = (node: Node, layouts: Layouts): ForwardPass => {
    const known = forwards.find(({ of }) => sameLayer(of, node));
    if (known !== undefined) return known.pass;
    const { cell } = layerOf(node) ?? layerOfGradient(node)!;
    const pass = cell.forward(layouts.moved(node.inputs[0]!), {
      weights: weightsOf(node.inputs.map((each, index) => (index === 0 ? each : layouts.plain(each)))),
      reverse: (node.attributes as RecurrentAttributes).reverse,
      saving: differentiated.some((gradient) => sameLayer(gradient, node)),
    });
    forwards.push({ of: node, pass });
    return pass;
  };

  const backward = (node: Node, layouts: Layouts): readonly Tensor[] => {
    const known = backwards.get(node);
    if (known !== undefined) return known;
    const { saved } = forward(node, layouts);
    const made = runBackward(layerOfGradient(node)!.cell, node as Node<RecurrentGradientAttributes>, {
      x: layouts.moved(node.inputs[0]!),
      saved,
      slope: layouts.moved(node.inputs[5]!),
      inputs: node.inputs.map((each, index) => (index === 0 || index === 5 ? each : layouts.plain(each))),
    });
    backwards.set(node, made);
    return made;
  };

  return {
    /** Outputs that are not sequences. */
    plain: (node: Node, layouts: Layouts): readonly Tensor[] | undefined => {
      if (layerOfGradient(node) !== undefined) return backward(node, layouts);
      if (layerOf(node) === undefined) return undefined;
      const { output, last } = forward(node, layouts);
      return [output, ...last.map((state) => transpose(state, [1, 0]))];
    },
    moved: (node: Node, layouts: Layouts): readonly Tensor[] | undefined => {
      if (layerOfGradient(node) !== undefined) return backward(node, layouts);
      return layerOf(node) === undefined ? undefined : [forward(node, layouts).output];
    },
  };
}

/** Whether two nodes, layers or gradients, are about the same layer on the same input. */
function sameLayer(a: Node, b: Node): boolean {
  const cell = (node: Node) => (layerOf(node) ?? layerOfGradient(node))?.cell;
  const reverse = (node: Node) => (node.attributes as RecurrentAttributes).reverse;
  return (
    cell(a) === cell(b) &&
    reverse(a) === reverse(b) &&
    [0, 1, 2, 3, 4].every((index) => a.inputs[index] === b.inputs[index])
  );
}

/** The sequences [batch, channel, time] that are made as [time, channel, batch]. */
function preferMoved(nodes: readonly Node[], readers: ReadonlyMap<Tensor, readonly Node[]>): ReadonlySet<Tensor> {
  const moved = new Set<Tensor>();
  for (const node of nodes) {
    const [y] = node.outputs as [Tensor];
    if (layerOf(node) !== undefined) moved.add(y);
    else if (layerOfGradient(node) !== undefined) for (const each of node.outputs.slice(4)) moved.add(each);
    else if (canFollow(node) && node.inputs.some((each) => moved.has(each))) moved.add(y);
  }
  // What only they read: slopes on their way to a gradient.
  for (const node of nodes.toReversed()) {
    const [y] = node.outputs as [Tensor];
    const users = readers.get(y) ?? [];
    if (users.length === 0 || moved.has(y) || !canFollow(node)) continue;
    if (users.every((user) => layerOf(user) ?? layerOfGradient(user) ?? moved.has(user.outputs[0]!))) moved.add(y);
  }
  return moved;
}

function canFollow({ op, inputs: [x], outputs: [y] }: Node): boolean {
  if (y!.shape.length !== 3) return false;
  if (op.elementwise === true || op === broadcastToOp || op === fillOp) return true;
  if (op === reshapeOp) return sameShape([...x!.shape, 1], y!.shape);
  return x!.shape.length === 3 && (op === concatOp || op === sliceOp || op === padOp);
}

/** An op's output as [time, channel, batch], from inputs that are moved where they are sequences. */
function follow(node: Node, layouts: Layouts): Tensor {
  const { op, inputs, outputs, attributes, name } = node;
  const shape = outputs[0]!.shape.toReversed();
  if (op.elementwise === true) {
    return applyOne(
      op,
      inputs.map((each) => operand(each, layouts)),
      { attributes, name },
    );
  }
  if (op === fillOp) return fill(shape, (attributes as { value: number }).value);
  if (op === broadcastToOp) return broadcastTo(operand(inputs[0]!, layouts), shape);
  if (op === reshapeOp) return reshape(transpose(layouts.plain(inputs[0]!), [1, 0]), shape);
  if (op === concatOp) return concat(inputs.map(layouts.moved), 2 - (attributes as { axis: number }).axis);
  if (op === sliceOp) {
    const range = attributes as { axis: number; start: number; end: number; step: number };
    return slice(layouts.moved(inputs[0]!), { ...range, axis: 2 - range.axis });
  }
  const { before, after, value } = attributes as { before: number[]; after: number[]; value: number };
  return pad(layouts.moved(inputs[0]!), { before: before.toReversed(), after: after.toReversed(), value });
}

/** An operand of an op that broadcasts; one without a batch stays small. */
function operand(x: Tensor, layouts: Layouts): Tensor {
  if (x.shape.length === 3) return layouts.moved(x);
  const value = layouts.plain(x);
  if (x.shape.length === 0) return value;
  return transpose(reshape(value, [...[1, 1, 1].slice(x.shape.length), ...x.shape]), [2, 1, 0]);
}

/** A sum, mean or maximum of a moved sequence; `undefined` for anything else. */
function reduceMoved(
  { op, inputs: [x], outputs: [y], attributes }: Node,
  moved: ReadonlySet<Tensor>,
  layouts: Layouts,
): readonly Tensor[] | undefined {
  if ((op !== reduceSumOp && op !== reduceMeanOp && op !== reduceMaxOp) || !moved.has(x!)) return undefined;
  const { axes } = attributes as { axes: readonly number[] };
  const options = { attributes: { axes: axes.map((axis) => 2 - axis).toReversed(), keepDims: true } };
  return [reshape(timeFirst(applyOne(op, [layouts.moved(x!)], options)), y!.shape)];
}
