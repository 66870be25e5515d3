import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { typed } from "../shapes.ts";
import type { DType, GradientContext, Node, OnnxAttributeValue, Op, Tensor } from "../tensor.ts";

interface UnaryDeclaration<Attributes> {
  readonly name: string;
  readonly onnx: string;
  onnxAttributes?(attributes: Attributes): Record<string, OnnxAttributeValue>;
  readonly slope: ((node: Node<Attributes>, context: GradientContext) => Tensor) | "flat";
}

/** An op on one float32 tensor, element by element. */
function unaryOp<Attributes = undefined>(declaration: UnaryDeclaration<Attributes>): Op<Attributes> {
  const { name, onnx, onnxAttributes, slope } = declaration;
  return {
    name,
    elementwise: true,
    infer: ({ inputs: [x] }) => {
      if (x!.dtype !== "float32") throw shapeError("a float32 input", x!.dtype);
      return [typed(x!.shape, "float32")];
    },
    encode: (node, { emit, inputs }) => [emit(onnx, inputs, onnxAttributes?.(node.attributes))],
    gradient: slope === "flat" ? "flat" : (node, context) => [slope(node, context)],
  };
}

export const negOp = unaryOp({ name: "neg", onnx: "Neg", slope: (_, { slope, math }) => math.neg(slope) });

export const expOp = unaryOp({
  name: "exp",
  onnx: "Exp",
  slope: ({ outputs: [y] }, { slope, math }) => math.mul(slope, y!),
});

export const logOp = unaryOp({
  name: "log",
  onnx: "Log",
  slope: ({ inputs: [x] }, { slope, math }) => math.div(slope, x!),
});

export const sqrtOp = unaryOp({
  name: "sqrt",
  onnx: "Sqrt",
  slope: ({ outputs: [y] }, { slope, math }) => math.div(math.scale(slope, 0.5), y!),
});

export const signOp = unaryOp({ name: "sign", onnx: "Sign", slope: "flat" });

export const absOp = unaryOp({
  name: "abs",
  onnx: "Abs",
  slope: ({ inputs: [x] }, { slope, math }) => math.mul(slope, math.sign(x!)),
});

export const sigmoidOp = unaryOp({
  name: "sigmoid",
  onnx: "Sigmoid",
  slope: ({ outputs: [y] }, { slope, math }) => math.mul(slope, math.mul(y!, math.sub(math.scalar(1), y!))),
});

export const tanhOp = unaryOp({
  name: "tanh",
  onnx: "Tanh",
  slope: ({ outputs: [y] }, { slope, math }) => math.mul(slope, math.sub(math.scalar(1), math.mul(y!, y!))),
});

export const reluOp = unaryOp({
  name: "relu",
  onnx: "Relu",
  slope: ({ outputs: [y] }, { slope, math }) => math.reluGradient(y!, slope),
});

/** `slope` where y, the output of `relu`, is above 0. */
export const reluGradientOp: Op<undefined> = {
  name: "reluGradient",
  elementwise: true,
  infer: ({ inputs: [y] }) => [typed(y!.shape, "float32")],
  // As a factor of 0 or 1: ONNX Runtime casts and multiplies faster than it compares and chooses.
  lower: ({ inputs: [y, slope] }, math) => [math.mul(math.cast(math.cast(y!, "bool"), "float32"), slope!)],
};

export const leakyReluOp = unaryOp<{ readonly alpha: number }>({
  name: "leakyRelu",
  onnx: "LeakyRelu",
  onnxAttributes: ({ alpha }) => ({ alpha: { float: alpha } }),
  slope: ({ inputs: [x], attributes: { alpha } }, { slope, math }) =>
    math.where(math.greater(x!, math.scalar(0)), slope, math.scale(slope, alpha)),
});

export const eluOp = unaryOp<{ readonly alpha: number }>({
  name: "elu",
  onnx: "Elu",
  onnxAttributes: ({ alpha }) => ({ alpha: { float: alpha } }),
  slope: ({ inputs: [x], outputs: [y], attributes: { alpha } }, { slope, math }) =>
    math.mul(slope, math.where(math.greater(x!, math.scalar(0)), math.scalar(1), math.add(y!, math.scalar(alpha)))),
});

export const powerOp: Op<{ readonly exponent: number }> = {
  name: "power",
  elementwise: true,
  infer: ({ inputs: [x] }) => [typed(x!.shape, "float32")],
  encode: ({ attributes: { exponent } }, { emit, inputs, constant }) => [
    emit("Pow", [inputs[0]!, constant(Float32Array.of(exponent), [])]),
  ],
  gradient: ({ inputs: [x], attributes: { exponent } }, { slope, math }) => [
    math.mul(slope, math.scale(math.power(x!, exponent - 1), exponent)),
  ],
};

const onnxTypes: Record<DType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };

export const castOp: Op<{ readonly dtype: DType }> = {
  name: "cast",
  elementwise: true,
  infer: ({ inputs: [x], attributes: { dtype } }) => [typed(x!.shape, dtype)],
  encode: ({ attributes: { dtype } }, { emit, inputs }) => [emit("Cast", inputs, { to: onnxTypes[dtype] })],
  gradient: "flat",
};

const unary =
  (op: Op<undefined>) =>
  (x: Tensor, { name }: OpOptions = {}): Tensor =>
    applyOne(op, [x], { attributes: undefined, name });

export const neg = unary(negOp);
export const exp = unary(expOp);
export const log = unary(logOp);
export const sqrt = unary(sqrtOp);
/** −1, 0 or 1; no slope passes. */
export const sign = unary(signOp);
export const abs = unary(absOp);
export const sigmoid = unary(sigmoidOp);
export const tanh = unary(tanhOp);
/** max(x, 0); the slope at 0 is 0. */
export const relu = unary(reluOp);

export function reluGradient(y: Tensor, slope: Tensor): Tensor {
  return applyOne(reluGradientOp, [y, slope], { attributes: undefined });
}

export interface AlphaOptions extends OpOptions {
  readonly alpha?: number;
}

/** x where it is positive, else `alpha`·x. */
export function leakyRelu(x: Tensor, { alpha = 0.01, name }: AlphaOptions = {}): Tensor {
  return applyOne(leakyReluOp, [x], { attributes: { alpha }, name });
}

/** x where it is positive, else `alpha`·(eˣ − 1) (Clevert 2016). */
export function elu(x: Tensor, { alpha = 1, name }: AlphaOptions = {}): Tensor {
  return applyOne(eluOp, [x], { attributes: { alpha }, name });
}

/** x to a constant power. */
export function pow(x: Tensor, exponent: number): Tensor {
  return applyOne(powerOp, [x], { attributes: { exponent } });
}

/** To another type; no slope passes. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : applyOne(castOp, [x], { attributes: { dtype } });
}
