import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { describeShape, float, normaliseAxes } from "../shapes.ts";
import type { GradientContext, Node, Op, Tensor } from "../tensor.ts";

interface ReduceAttributes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

interface ReduceDeclaration {
  readonly name: string;
  readonly onnx: string;
  /** The slope of x; `slope` has the kept axes as size one. */
  gradient(node: Node<ReduceAttributes>, context: GradientContext): Tensor;
}

function reduceOp({ name, onnx, gradient }: ReduceDeclaration): Op<ReduceAttributes> {
  return {
    name,
    infer: ({ inputs: [x], attributes: { axes, keepDims } }) => {
      if (normaliseAxes(axes, x!.shape.length) === undefined) {
        throw shapeError(`axes of an input of ${x!.shape.length}`, describeShape(axes));
      }
      const kept = keptShape(x!.shape, axes);
      return [float(keepDims ? kept : kept.filter((_, axis) => !axes.includes(axis)))];
    },
    encode: ({ attributes: { axes, keepDims } }, { emit, inputs, constant }) => [
      emit(onnx, [inputs[0]!, constant(BigInt64Array.from(axes, BigInt), [axes.length])], {
        keepdims: keepDims ? 1 : 0,
      }),
    ],
    gradient: (node, context) => {
      const kept = keptShape(node.inputs[0]!.shape, node.attributes.axes);
      return [gradient(node, { ...context, slope: context.math.reshape(context.slope, kept) })];
    },
  };
}

function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

export const reduceSumOp = reduceOp({
  name: "reduceSum",
  onnx: "ReduceSum",
  gradient: ({ inputs: [x] }, { slope, math }) => math.broadcastTo(slope, x!.shape),
});

export const reduceMeanOp = reduceOp({
  name: "reduceMean",
  onnx: "ReduceMean",
  gradient: ({ inputs: [x], attributes: { axes } }, { slope, math }) => {
    const count = axes.reduce((product, axis) => product * x!.shape[axis]!, 1);
    return math.broadcastTo(math.scale(slope, 1 / count), x!.shape);
  },
});

/** Where several values are the greatest, they share the slope equally, as in PyTorch's `amax`. */
export const reduceMaxOp = reduceOp({
  name: "reduceMax",
  onnx: "ReduceMax",
  gradient: ({ inputs: [x], attributes: { axes } }, { slope, math }) => {
    const greatest = math.reduceMax(x!, { axes, keepDims: true });
    const hits = math.cast(math.equal(x!, greatest), "float32");
    return math.mul(hits, math.div(slope, math.reduceSum(hits, { axes, keepDims: true })));
  },
});

export interface ReduceOptions extends OpOptions {
  /** May count from the end; all where absent. */
  readonly axes?: readonly number[];
  /** Keeps the reduced axes with size one. */
  readonly keepDims?: boolean;
}

const reduce =
  (op: Op<ReduceAttributes>) =>
  (x: Tensor, { axes, keepDims = false, name }: ReduceOptions = {}): Tensor => {
    const chosen = axes === undefined ? x.shape.map((_, axis) => axis) : (normaliseAxes(axes, x.shape.length) ?? axes);
    // ONNX takes no axes for all axes.
    return chosen.length === 0 ? x : applyOne(op, [x], { attributes: { axes: chosen, keepDims }, name });
  };

export const reduceSum = reduce(reduceSumOp);
export const reduceMean = reduce(reduceMeanOp);
export const reduceMax = reduce(reduceMaxOp);
