import { scalar, scale } from "../../math.ts";
import { erf, gelu, mish, softplus } from "../../ops/activations.ts";
import { add, div, equal, greater, maximum, minimum, mul, sub, where } from "../../ops/binary.ts";
import { abs, cast, elu, exp, leakyRelu, log, neg, pow, relu, sigmoid, sign, sqrt, tanh } from "../../ops/unary.ts";
import type { OpOptions } from "../../op.ts";
import type { DType, Tensor } from "../../tensor.ts";
import { foldBinary, foldCast, foldUnary, foldWhere } from "../fold.ts";
import { type KnownType, describeDataType, knownTypeOf } from "../known.ts";
import {
  type OperatorCall,
  type OperatorReader,
  fixedAt,
  floatAttribute,
  integerAttribute,
  malformed,
  stringAttribute,
  tensorAt,
  unsupported,
  valueAt,
} from "../operator-call.ts";
import { type Value, computed, knownValue } from "../value.ts";

const numbers = ["float32", "int64", "int32"] as const;
const everyType = [...numbers, "bool"] as const;

type Binary = (a: Tensor, b: Tensor, options?: OpOptions) => Tensor;

function binary(build: Binary | undefined, types: readonly DType[] = numbers): OperatorReader {
  return (call) => {
    const { opType } = call.node;
    const [a, b] = [valueAt(call, 0), valueAt(call, 1)];
    const folded = a.known && b.known && foldBinary(opType, a.known, b.known);
    if (folded !== undefined) return [knownValue(folded)];
    if (build === undefined) return unsupported(call, `constant inputs of ${opType}`, "ones computed at run time");
    return [computed(build(tensorAt(call, 0, types), tensorAt(call, 1, types), { name: call.name }))];
  };
}

function unary(build: (x: Tensor, options: OpOptions) => Tensor): OperatorReader {
  return (call) => {
    const { known } = valueAt(call, 0);
    const folded = known && foldUnary(call.node.opType, known);
    if (folded !== undefined) return [knownValue(folded)];
    return [computed(build(tensorAt(call, 0), { name: call.name }))];
  };
}

/** Max and Min take any number of inputs. */
function extreme(build: Binary): OperatorReader {
  const two = binary(build);
  return (call) => {
    if (call.inputs.length === 1) return [valueAt(call, 0)];
    return call.inputs
      .slice(1)
      .reduce<readonly Value[]>((left, right) => two({ ...call, inputs: [left[0], right] }), [valueAt(call, 0)]);
  };
}

const isTrue = (x: Tensor) => cast(x, "float32");

/** Combines truths through their numbers 0 and 1. */
const logical = (combine: (a: Tensor, b: Tensor) => Tensor) =>
  binary((a, b) => cast(combine(isTrue(a), isTrue(b)), "bool"), ["bool"]);

const not = (x: Tensor) => cast(sub(scalar(1), isTrue(x)), "bool");

/** Clamps to [low, high]. */
const clamp = (x: Tensor, low: number, high: number) => minimum(maximum(x, scalar(low)), scalar(high));

const hardSigmoid = (x: Tensor, alpha: number, beta: number) => clamp(add(scale(x, alpha), scalar(beta)), 0, 1);

const readPow: OperatorReader = (call) => {
  const x = tensorAt(call, 0);
  const exponent = valueAt(call, 1).fixed();
  if (exponent === undefined) return unsupported(call, "a constant exponent", "one computed at run time");
  const { values } = exponent;
  if (values.length === 1) return [computed(pow(x, values[0]!))];
  return unsupported(call, "one exponent", `${values.length}`);
};

const readClip: OperatorReader = (call) => {
  const bound = (index: number, attribute: string) => {
    const values = call.opset < 11 ? undefined : fixedAt(call, index);
    if (values !== undefined && values.length !== 1) malformed(call, `one value as input ${index}`, values.length);
    return values === undefined ? floatAttribute(call, attribute) : values[0]!;
  };
  const [low, high] = [bound(1, "min"), bound(2, "max")];
  const x = tensorAt(call, 0);
  const raised = low === undefined || low === -Infinity ? x : maximum(x, scalar(low), { name: call.name });
  return [
    computed(high === undefined || high === Infinity ? raised : minimum(raised, scalar(high), { name: call.name })),
  ];
};

const readCast: OperatorReader = (call) => {
  const to = integerAttribute(call, "to") ?? malformed(call, 'an attribute "to"', "none");
  const dtype = knownTypeOf(to) ?? unsupported(call, "a type that is supported", describeDataType(to));
  return [casted(call, dtype)];
};

function casted(call: OperatorCall, dtype: KnownType): Value {
  const value = valueAt(call, 0);
  // Weights kept as float16 are read as float32.
  if (value.dtype === dtype) return value;
  const folded = value.known && foldCast(value.known, dtype);
  if (folded !== undefined) return knownValue(folded);
  if (dtype === "float16" || dtype === "double" || dtype === "uint8") {
    return unsupported(call, "a cast to float32, int64, int32 or bool", dtype);
  }
  return computed(cast(tensorAt(call, 0, everyType), dtype));
}

const readWhere: OperatorReader = (call) => {
  const [condition, a, b] = [valueAt(call, 0), valueAt(call, 1), valueAt(call, 2)];
  const folded = condition.known && a.known && b.known && foldWhere(condition.known, a.known, b.known);
  if (folded !== undefined) return [knownValue(folded)];
  return [computed(where(tensorAt(call, 0, ["bool"]), tensorAt(call, 1, everyType), tensorAt(call, 2, everyType)))];
};

const readNot: OperatorReader = (call) => {
  const { known } = valueAt(call, 0);
  const folded = known && foldUnary("Not", known);
  return [folded === undefined ? computed(not(tensorAt(call, 0, ["bool"]))) : knownValue(folded)];
};

const readGelu: OperatorReader = (call) => {
  const approximate = stringAttribute(call, "approximate") ?? "none";
  if (approximate !== "tanh" && approximate !== "none") {
    return unsupported(call, 'approximate "none" or "tanh"', `"${approximate}"`);
  }
  return [computed(gelu(tensorAt(call, 0), { approximate, name: call.name }))];
};

const readLeakyRelu: OperatorReader = (call) => [
  computed(leakyRelu(tensorAt(call, 0), { alpha: floatAttribute(call, "alpha") ?? 0.01, name: call.name })),
];

const readElu: OperatorReader = (call) => [
  computed(elu(tensorAt(call, 0), { alpha: floatAttribute(call, "alpha") ?? 1, name: call.name })),
];

const readPRelu: OperatorReader = (call) => {
  const [x, slope] = [tensorAt(call, 0), tensorAt(call, 1)];
  return [computed(sub(relu(x), mul(slope, relu(neg(x)))))];
};

const readHardSigmoid: OperatorReader = (call) => [
  computed(hardSigmoid(tensorAt(call, 0), floatAttribute(call, "alpha") ?? 0.2, floatAttribute(call, "beta") ?? 0.5)),
];

export const elementwiseReaders: Readonly<Record<string, OperatorReader>> = {
  Add: binary(add),
  Sub: binary(sub),
  Mul: binary(mul),
  Div: binary(div),
  Mod: binary(undefined),
  Max: extreme(maximum),
  Min: extreme(minimum),
  Equal: binary(equal, everyType),
  Greater: binary(greater),
  Less: binary((a, b, options) => greater(b, a, options)),
  GreaterOrEqual: binary((a, b) => not(greater(b, a))),
  LessOrEqual: binary((a, b) => not(greater(a, b))),
  And: logical(mul),
  Or: logical(maximum),
  Not: readNot,
  Where: readWhere,
  Neg: unary(neg),
  Exp: unary(exp),
  Log: unary(log),
  Sqrt: unary(sqrt),
  Sign: unary(sign),
  Abs: unary(abs),
  Sigmoid: unary(sigmoid),
  Tanh: unary(tanh),
  Relu: unary(relu),
  Reciprocal: unary((x) => div(scalar(1), x)),
  Softplus: unary(softplus),
  Mish: unary(mish),
  Erf: unary(erf),
  HardSwish: unary((x) => mul(x, hardSigmoid(x, 1 / 6, 0.5))),
  HardSigmoid: readHardSigmoid,
  LeakyRelu: readLeakyRelu,
  Elu: readElu,
  PRelu: readPRelu,
  Gelu: readGelu,
  Pow: readPow,
  Clip: readClip,
  Cast: readCast,
  CastLike: (call) => [casted(call, valueAt(call, 1).dtype)],
};
