import { dropout } from "../../layers.ts";
import { readTensorValues } from "../known.ts";
import {
  type OperatorCall,
  type OperatorReader,
  fixedAt,
  floatAttribute,
  floatsAttribute,
  integerAttribute,
  integersAttribute,
  malformed,
  tensorAt,
  tensorAttribute,
  unsupported,
  valueAt,
} from "../operator-call.ts";
import { type Value, computed, int64s, knownValue } from "../value.ts";

const float32 = (values: readonly number[], shape: readonly number[]): Value =>
  knownValue({ dtype: "float32", shape, values: Float32Array.from(values) });

const readConstant: OperatorReader = (call) => {
  const tensor = tensorAttribute(call, "value");
  if (tensor !== undefined) return [knownValue(readTensorValues(tensor, `constant "${call.node.outputs[0] ?? ""}"`))];
  const [attribute] = call.node.attributes;
  switch (attribute?.name) {
    case "value_float":
      return [float32([floatAttribute(call, "value_float") ?? 0], [])];
    case "value_floats": {
      const values = floatsAttribute(call, "value_floats") ?? [];
      return [float32(values, [values.length])];
    }
    case "value_int":
      return [int64s([integerAttribute(call, "value_int") ?? 0], [])];
    case "value_ints":
      return [int64s(integersAttribute(call, "value_ints") ?? [])];
    default:
      return unsupported(
        call,
        "a tensor, floats or integers",
        attribute === undefined ? "nothing" : `"${attribute.name}"`,
      );
  }
};

/** The one value that ConstantOfShape repeats. */
export function constantOfShapeValue(call: OperatorCall): Value {
  const tensor = tensorAttribute(call, "value");
  if (tensor === undefined) return float32([0], []);
  const known = readTensorValues(tensor);
  if (known.values.length !== 1) malformed(call, "one value", known.values.length);
  return knownValue({ ...known, shape: [] });
}

const readShape: OperatorReader = (call) => {
  const { shape } = valueAt(call, 0);
  const start = integerAttribute(call, "start") ?? 0;
  return [int64s(shape.slice(start, integerAttribute(call, "end") ?? shape.length))];
};

const readSize: OperatorReader = (call) => [int64s([valueAt(call, 0).shape.reduce((a, b) => a * b, 1)], [])];

const mostInRange = 65_536;

const readRange: OperatorReader = (call) => {
  const [start, limit, step] = [0, 1, 2].map((index) => fixedAt(call, index)?.[0] ?? Number.NaN) as [
    number,
    number,
    number,
  ];
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!(count <= mostInRange)) unsupported(call, `a range of at most ${mostInRange} values`, count);
  const { dtype } = valueAt(call, 0);
  const values = Array.from({ length: count }, (_, i) => start + i * step);
  return [knownValue({ dtype, shape: [count], values: dtype === "float32" ? Float32Array.from(values) : values })];
};

const readIdentity: OperatorReader = (call) => [valueAt(call, 0)];

/** Nothing at inference; in training a mask is fed, as for our own layers. */
const readDropout: OperatorReader = (call) => {
  if (call.wanted[1] === true) return unsupported(call, "the output of values alone", "the output of the mask in use");
  const rate = (call.opset < 12 ? floatAttribute(call, "ratio") : fixedAt(call, 1)?.[0]) ?? 0.5;
  if (!(rate >= 0 && rate < 1)) malformed(call, "a ratio in [0, 1)", rate);
  if (call.mode === "inference") return [valueAt(call, 0)];
  const name = call.name ?? call.node.outputs[0] ?? "dropout";
  return [computed(dropout(tensorAt(call, 0), { name: `${name}.mask`, rate, mode: "training" }))];
};

export const constantReaders: Readonly<Record<string, OperatorReader>> = {
  Constant: readConstant,
  Shape: readShape,
  Size: readSize,
  Range: readRange,
  Identity: readIdentity,
  Dropout: readDropout,
};
