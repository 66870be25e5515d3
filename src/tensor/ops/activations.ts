import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { float } from "../shapes.ts";
import type { OnnxAttributeValue, Op, Tensor, TensorMath } from "../tensor.ts";
import { minimum } from "./binary.ts";
import { relu, sigmoid, tanh } from "./unary.ts";

interface Declaration {
  readonly name: string;
  /** Its ONNX op, where it has one that is fast; else the same values by others. */
  readonly onnx?: { readonly type: string; readonly attributes?: Record<string, OnnxAttributeValue> };
  readonly values?: (x: Tensor, math: TensorMath) => Tensor;
  /** The derivative at x. */
  readonly derivative: (x: Tensor, math: TensorMath) => Tensor;
}

/**
 * A smooth function of each value. Derivatives begin again from x: what they share with the values is computed once, as
 * ONNX Runtime merges equal nodes.
 */
function smoothOp({ name, onnx, values, derivative }: Declaration): Op<undefined> {
  return {
    name,
    elementwise: true,
    infer: ({ inputs: [x] }) => {
      if (x!.dtype !== "float32") throw shapeError("a float32 input", x!.dtype);
      return [float(x!.shape)];
    },
    ...(onnx === undefined ? {} : { encode: (_, { emit, inputs }) => [emit(onnx.type, inputs, onnx.attributes)] }),
    ...(values === undefined ? {} : { lower: ({ inputs: [x] }, math) => [values(x!, math)] }),
    gradient: ({ inputs: [x] }, { slope, math }) => [math.mul(slope, derivative(x!, math))],
  };
}

export const erfOp = smoothOp({
  name: "erf",
  onnx: { type: "Erf" },
  derivative: (x, math) => math.scale(math.exp(math.neg(math.mul(x, x))), 2 / Math.sqrt(Math.PI)),
});

/** x·Φ(x): its slope is Φ(x) + x·φ(x). */
export const geluOp = smoothOp({
  name: "gelu",
  onnx: { type: "Gelu" },
  derivative: (x, math) => {
    const erf = applyOne(erfOp, [math.scale(x, Math.SQRT1_2)], { attributes: undefined });
    const density = math.scale(math.exp(math.scale(math.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return math.add(math.scale(math.add(erf, math.scalar(1)), 0.5), math.mul(x, density));
  },
});

const geluCubic = 0.044715;

export const geluTanhOp = smoothOp({
  name: "geluTanh",
  onnx: { type: "Gelu", attributes: { approximate: "tanh" } },
  derivative: (x, math) => {
    const factor = Math.sqrt(2 / Math.PI);
    const squared = math.mul(x, x);
    const inner = math.mul(x, math.add(math.scale(squared, factor * geluCubic), math.scalar(factor)));
    const innerSlope = math.add(math.scale(squared, 3 * factor * geluCubic), math.scalar(factor));
    const t = tanh(inner);
    const rest = math.mul(math.mul(x, innerSlope), math.sub(math.scalar(1), math.mul(t, t)));
    return math.scale(math.add(math.add(t, math.scalar(1)), rest), 0.5);
  },
});

export const siluOp = smoothOp({
  name: "silu",
  values: (x, math) => math.mul(x, sigmoid(x)),
  // s + x·s·(1 − s)
  derivative: (x, math) => {
    const s = sigmoid(x);
    const y = math.mul(x, s);
    return math.add(s, math.sub(y, math.mul(y, s)));
  },
});

/** max(x, 0) + log(1 + e^−|x|), which does not overflow; ONNX Runtime's own op takes five times as long. */
export const softplusOp = smoothOp({
  name: "softplus",
  values: (x, math) => math.add(relu(x), math.log(math.add(math.exp(math.neg(math.abs(x))), math.scalar(1)))),
  derivative: (x) => sigmoid(x),
});

/** tanh(log(1 + eˣ)) = n / (n + 2) with n = eˣ(eˣ + 2); from x = 20 on it is 1 in float32. */
function mishGate(x: Tensor, math: TensorMath): Tensor {
  const e = math.exp(minimum(x, math.scalar(20)));
  const n = math.mul(e, math.add(e, math.scalar(2)));
  return math.div(n, math.add(n, math.scalar(2)));
}

/** By one exponential; ONNX Runtime's own Mish, or Softplus and Tanh, take eight times as long. */
export const mishOp = smoothOp({
  name: "mish",
  values: (x, math) => math.mul(x, mishGate(x, math)),
  // t + x·σ(x)·(1 − t²)
  derivative: (x, math) => {
    const t = mishGate(x, math);
    return math.add(t, math.mul(math.mul(x, sigmoid(x)), math.sub(math.scalar(1), math.mul(t, t))));
  },
});

const smooth =
  (op: Op<undefined>) =>
  (x: Tensor, { name }: OpOptions = {}): Tensor =>
    applyOne(op, [x], { attributes: undefined, name });

/** The error function. */
export const erf = smooth(erfOp);
/** x·sigmoid(x) (Elfwing 2018, Ramachandran 2017: also "swish"). */
export const silu = smooth(siluOp);
/** x·tanh(softplus(x)) (Misra 2019). */
export const mish = smooth(mishOp);
/** log(1 + eˣ). */
export const softplus = smooth(softplusOp);

export interface GeluOptions extends OpOptions {
  /** "tanh" for Hendrycks & Gimpel's cheaper form. */
  readonly approximate?: "none" | "tanh";
}

/** x·Φ(x), Φ the normal distribution's (Hendrycks & Gimpel 2016). */
export function gelu(x: Tensor, { approximate = "none", name }: GeluOptions = {}): Tensor {
  return applyOne(approximate === "tanh" ? geluTanhOp : geluOp, [x], { attributes: undefined, name });
}
