import { FormatError, UserError } from "../../core/errors.ts";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "../onnx/model.ts";
import { describeShape, normaliseAxes } from "../shapes.ts";
import type { Tensor } from "../tensor.ts";
import type { KnownType } from "./known.ts";
import type { Value } from "./value.ts";

/** One node of an ONNX graph with what its inputs stand for. */
export interface OperatorCall {
  readonly node: OnnxNode;
  /** Of the operator set that the file uses. */
  readonly opset: number;
  readonly mode: "training" | "inference";
  /** Whether a training leaves a parameter as it is. */
  readonly isFrozen: (name: string) => boolean;
  /** The layer, for messages and names; `undefined` where our own file has none. */
  readonly name: string | undefined;
  /** `undefined` for optional inputs that are not given. */
  readonly inputs: readonly (Value | undefined)[];
  /** Which outputs anybody reads. */
  readonly wanted: readonly boolean[];
  /** Told of each running statistic that a training step moves. */
  keepStatistic(parameter: Tensor, value: Tensor): void;
}

/** What an operator's outputs stand for; those that nobody reads may be missing. */
export type OperatorReader = (call: OperatorCall) => readonly Value[];

/** `"conv1" (Conv, opset 13)` */
export function describeNode({ name, outputs, opType, domain = "" }: OnnxNode, opset: number): string {
  const label = name === undefined || name === "" ? (outputs.find((output) => output !== "") ?? "") : name;
  return `ONNX node "${label}" (${domain === "" || domain === "ai.onnx" ? "" : `${domain}.`}${opType}, opset ${opset})`;
}

/** A form of an operator that has no equal here. */
export function unsupported({ node, opset }: OperatorCall, wanted: string, found: string | number): never {
  throw new UserError(`Cannot read ${describeNode(node, opset)}: expected ${wanted}, found ${found}.`);
}

/** A node that no operator set allows. */
export function malformed({ node, opset }: OperatorCall, wanted: string, found: string | number): never {
  throw new FormatError(`Cannot read ${describeNode(node, opset)}: expected ${wanted}, found ${found}.`);
}

/** @throws FormatError where the input is not given. */
export function valueAt(call: OperatorCall, index: number): Value {
  return call.inputs[index] ?? malformed(call, `an input ${index}`, "none");
}

/** An input of one of the types, float32 where none are given. */
export function tensorAt(call: OperatorCall, index: number, types: readonly KnownType[] = ["float32"]): Tensor {
  return tensorOf(call, valueAt(call, index), types);
}

export function tensorOf(call: OperatorCall, value: Value, types: readonly KnownType[] = ["float32"]): Tensor {
  if (!types.includes(value.dtype)) unsupported(call, `an input of ${types.join(" or ")}`, value.dtype);
  if (value.shape.some((size) => size < 1)) {
    unsupported(call, "inputs with values", `shape ${describeShape(value.shape)}`);
  }
  return value.tensor();
}

/** A float32 input with at least so many axes. */
export function tensorOfRank(call: OperatorCall, index: number, rank: number): Tensor {
  const tensor = tensorAt(call, index);
  if (tensor.shape.length < rank) {
    malformed(call, `an input ${index} of at least ${rank} axes`, `shape ${describeShape(tensor.shape)}`);
  }
  return tensor;
}

/** The values of an input that have to be known when the file is read; `undefined` where it is not given. */
export function fixedAt(call: OperatorCall, index: number): number[] | undefined {
  const value = call.inputs[index];
  if (value === undefined) return undefined;
  const fixed = value.fixed();
  if (fixed === undefined) {
    unsupported(call, `an input ${index} that is a constant`, `one that is computed from the model's inputs`);
  }
  return Array.from(fixed.values);
}

/** Integers of an input that has to be known. */
export function integersAt(call: OperatorCall, index: number): number[] | undefined {
  const values = fixedAt(call, index);
  const wrong = values?.find((value) => !Number.isInteger(value));
  if (wrong !== undefined) malformed(call, `integers as input ${index}`, wrong);
  return values;
}

/** Axes that count from the start, sorted. */
export function axesOf(call: OperatorCall, axes: readonly number[], rank: number): readonly number[] {
  return normaliseAxes(axes, rank) ?? malformed(call, `different axes of a tensor of ${rank}`, describeShape(axes));
}

export function axisOf(call: OperatorCall, axis: number, rank: number): number {
  return axesOf(call, [axis], rank)[0]!;
}

const attributeFields = {
  integer: 2,
  float: 1,
  integers: 7,
  floats: 6,
  string: 3,
  strings: 8,
} as const;

function findAttribute(call: OperatorCall, name: string): OnnxAttribute | undefined {
  const found = call.node.attributes.filter((attribute) => attribute.name === name);
  if (found.length > 1) malformed(call, `one attribute "${name}"`, found.length);
  return found[0];
}

function typedAttribute(
  call: OperatorCall,
  name: string,
  kind: keyof typeof attributeFields,
): OnnxAttribute | undefined {
  const attribute = findAttribute(call, name);
  const wanted = attributeFields[kind];
  if (attribute !== undefined && attribute.type !== wanted) {
    malformed(call, `an attribute "${name}" of type ${wanted}`, `type ${attribute.type ?? 0}`);
  }
  return attribute;
}

export function integerAttribute(call: OperatorCall, name: string): number | undefined {
  const attribute = typedAttribute(call, name, "integer");
  return attribute === undefined ? undefined : (attribute.integer ?? 0);
}

export function floatAttribute(call: OperatorCall, name: string): number | undefined {
  const attribute = typedAttribute(call, name, "float");
  return attribute === undefined ? undefined : (attribute.float ?? 0);
}

export function integersAttribute(call: OperatorCall, name: string): readonly number[] | undefined {
  return typedAttribute(call, name, "integers")?.integers;
}

export function floatsAttribute(call: OperatorCall, name: string): readonly number[] | undefined {
  return typedAttribute(call, name, "floats")?.floats;
}

export function stringAttribute(call: OperatorCall, name: string): string | undefined {
  const attribute = typedAttribute(call, name, "string");
  return attribute === undefined ? undefined : new TextDecoder().decode(attribute.string ?? new Uint8Array(0));
}

export function stringsAttribute(call: OperatorCall, name: string): readonly string[] | undefined {
  return typedAttribute(call, name, "strings")?.strings?.map((bytes) => new TextDecoder().decode(bytes));
}

export function tensorAttribute(call: OperatorCall, name: string): OnnxTensor | undefined {
  return findAttribute(call, name)?.tensor;
}

/** The axes that newer operator sets give as an input and older ones as an attribute. */
export function axesInputOrAttribute(call: OperatorCall, index: number): readonly number[] | undefined {
  return integersAttribute(call, "axes") ?? integersAt(call, index);
}
