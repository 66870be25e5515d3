import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { broadcastShapes, typed } from "../shapes.ts";
import type { DType, GradientContext, Node, Op, Tensor } from "../tensor.ts";

interface BinaryDeclaration {
  readonly name: string;
  readonly onnx: string;
  /** Of the output, where it differs from the inputs'. */
  readonly dtype?: DType;
  /** Slopes of both inputs at the broadcast shape. */
  readonly gradient: ((node: Node<undefined>, context: GradientContext) => readonly [Tensor, Tensor]) | "flat";
}

/** An op on two tensors of one type, element by element, broadcasting as NumPy does. */
function binaryOp({ name, onnx, dtype, gradient }: BinaryDeclaration): Op<undefined> {
  return {
    name,
    elementwise: true,
    infer: ({ inputs: [a, b] }) => {
      if (a!.dtype !== b!.dtype) throw shapeError("inputs of one type", `${a!.dtype} and ${b!.dtype}`);
      const shape = broadcastShapes(a!.shape, b!.shape);
      if (shape === undefined) throw shapeError("shapes that broadcast", "shapes that differ");
      return [typed(shape, dtype ?? a!.dtype)];
    },
    encode: (_, { emit, inputs }) => [emit(onnx, inputs)],
    gradient:
      gradient === "flat"
        ? "flat"
        : (node, context) =>
            gradient(node, context).map((slope, index) =>
              context.wanted[index]! ? context.math.sumTo(slope, node.inputs[index]!.shape) : undefined,
            ),
  };
}

export const addOp = binaryOp({ name: "add", onnx: "Add", gradient: (_, { slope }) => [slope, slope] });

export const subOp = binaryOp({ name: "sub", onnx: "Sub", gradient: (_, { slope, math }) => [slope, math.neg(slope)] });

export const mulOp = binaryOp({
  name: "mul",
  onnx: "Mul",
  gradient: ({ inputs: [a, b] }, { slope, math }) => [math.mul(slope, b!), math.mul(slope, a!)],
});

export const divOp = binaryOp({
  name: "div",
  onnx: "Div",
  gradient: ({ inputs: [, b], outputs: [y] }, { slope, math }) => {
    const first = math.div(slope, b!);
    return [first, math.neg(math.mul(first, y!))];
  },
});

/** Where both are equal, each gets half of the slope, as in PyTorch. */
function extremeGradient(first: 0 | 1): BinaryDeclaration["gradient"] {
  return ({ inputs }, { slope, math }) => {
    const half = math.where(math.equal(inputs[0]!, inputs[1]!), math.scalar(0.5), math.scalar(0));
    const share = math.where(math.greater(inputs[first]!, inputs[1 - first]!), math.scalar(1), half);
    const part = math.mul(slope, share);
    return [part, math.sub(slope, part)];
  };
}

export const maximumOp = binaryOp({ name: "maximum", onnx: "Max", gradient: extremeGradient(0) });
export const minimumOp = binaryOp({ name: "minimum", onnx: "Min", gradient: extremeGradient(1) });
export const greaterOp = binaryOp({ name: "greater", onnx: "Greater", dtype: "bool", gradient: "flat" });
export const equalOp = binaryOp({ name: "equal", onnx: "Equal", dtype: "bool", gradient: "flat" });

export const whereOp: Op<undefined> = {
  name: "where",
  elementwise: true,
  infer: ({ inputs: [condition, a, b] }) => {
    if (condition!.dtype !== "bool") throw shapeError("a bool condition", condition!.dtype);
    if (a!.dtype !== b!.dtype) throw shapeError("two choices of one type", `${a!.dtype} and ${b!.dtype}`);
    const choices = broadcastShapes(a!.shape, b!.shape);
    const shape = choices && broadcastShapes(choices, condition!.shape);
    if (shape === undefined) throw shapeError("shapes that broadcast", "shapes that differ");
    return [typed(shape, a!.dtype)];
  },
  encode: (_, { emit, inputs }) => [emit("Where", inputs)],
  gradient: ({ inputs: [condition, a, b] }, { slope, wanted, math }) => [
    undefined,
    wanted[1]! ? math.sumTo(math.where(condition!, slope, math.scalar(0)), a!.shape) : undefined,
    wanted[2]! ? math.sumTo(math.where(condition!, math.scalar(0), slope), b!.shape) : undefined,
  ],
};

const binary =
  (op: Op<undefined>) =>
  (a: Tensor, b: Tensor, { name }: OpOptions = {}): Tensor =>
    applyOne(op, [a, b], { attributes: undefined, name });

export const add = binary(addOp);
export const sub = binary(subOp);
export const mul = binary(mulOp);
export const div = binary(divOp);
export const maximum = binary(maximumOp);
export const minimum = binary(minimumOp);
/** a > b, as bool. */
export const greater = binary(greaterOp);
/** a = b, as bool. */
export const equal = binary(equalOp);

/** `a` where the condition holds, else `b`. */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  return applyOne(whereOp, [condition, a, b], { attributes: undefined });
}
