import { broadcastTo, fill, reshape, reshapeOp, transpose, transposeOp } from "../../ops/reshape.ts";
import { concat } from "../../ops/ranges.ts";
import type { OpOptions } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { broadcastShapes, describeShape, sizeOf } from "../../shapes.ts";
import { constantOfShapeValue } from "./constants.ts";
import { foldConcat, foldExpand, foldTranspose } from "../fold.ts";
import { checkSizes } from "../known.ts";
import {
  type OperatorCall,
  type OperatorReader,
  axesInputOrAttribute,
  axesOf,
  axisOf,
  describeNode,
  integerAttribute,
  integersAt,
  integersAttribute,
  malformed,
  tensorOf,
  valueAt,
} from "../operator-call.ts";
import { type Value, computed, knownValue } from "../value.ts";

const anyType = ["float32", "int64", "int32", "bool"] as const;

/** The same values in another shape, known or not. */
export function reshaped(call: OperatorCall, value: Value, shape: readonly number[]): Value {
  checkSizes(describeNode(call.node, call.opset), shape);
  if (sizeOf(shape) !== sizeOf(value.shape)) {
    malformed(call, `a shape of ${sizeOf(value.shape)} values`, describeShape(shape));
  }
  if (value.known !== undefined) return knownValue({ ...value.known, shape });
  const x = tensorOf(call, value, anyType);
  const { source } = x;
  const from = source.kind === "node" && source.op === (reshapeOp as unknown) ? source.inputs[0]! : x;
  return computed(reshape(from, shape, { name: call.name }));
}

/** x with its axes in another order; what an earlier change of order had done is taken together with it. */
export function turned(x: Tensor, order: readonly number[], { name }: OpOptions = {}): Tensor {
  const { source } = x;
  if (source.kind !== "node" || source.op !== (transposeOp as unknown)) return transpose(x, order, { name });
  const before = (source.attributes as { readonly order: readonly number[] }).order;
  return transpose(
    source.inputs[0]!,
    order.map((axis) => before[axis]!),
    { name },
  );
}

const readReshape: OperatorReader = (call) => {
  const value = valueAt(call, 0);
  const asked = integersAt(call, 1) ?? malformed(call, "a shape", "none");
  const keepsZeros = (integerAttribute(call, "allowzero") ?? 0) !== 0;
  const shape = asked.map((size, axis) => (size === 0 && !keepsZeros ? (value.shape[axis] ?? 0) : size));
  const open = shape.indexOf(-1);
  if (shape.lastIndexOf(-1) !== open) malformed(call, "at most one size of −1", describeShape(asked));
  if (open >= 0)
    shape[open] = sizeOf(value.shape) / shape.reduce((product, size, i) => (i === open ? product : product * size), 1);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    malformed(call, `a shape for the values of ${describeShape(value.shape)}`, describeShape(asked));
  }
  return [reshaped(call, value, shape)];
};

const readFlatten: OperatorReader = (call) => {
  const value = valueAt(call, 0);
  const rank = value.shape.length;
  const axis = integerAttribute(call, "axis") ?? 1;
  const at = axis < 0 ? axis + rank : axis;
  if (!(at >= 0 && at <= rank)) malformed(call, `an axis of at most ${rank}`, axis);
  return [reshaped(call, value, [sizeOf(value.shape.slice(0, at)), sizeOf(value.shape.slice(at))])];
};

const readSqueeze: OperatorReader = (call) => {
  const value = valueAt(call, 0);
  const said = axesInputOrAttribute(call, 1);
  const axes =
    said === undefined
      ? value.shape.flatMap((size, axis) => (size === 1 ? [axis] : []))
      : axesOf(call, said, value.shape.length);
  const wrong = axes.find((axis) => value.shape[axis] !== 1);
  if (wrong !== undefined) malformed(call, `a size of 1 on axis ${wrong}`, describeShape(value.shape));
  return [
    reshaped(
      call,
      value,
      value.shape.filter((_, axis) => !axes.includes(axis)),
    ),
  ];
};

const readUnsqueeze: OperatorReader = (call) => {
  const value = valueAt(call, 0);
  const said = axesInputOrAttribute(call, 1) ?? malformed(call, "axes", "none");
  const rank = value.shape.length + said.length;
  const axes = axesOf(call, said, rank);
  const old = value.shape[Symbol.iterator]();
  const shape = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (old.next().value ?? 1)));
  return [reshaped(call, value, shape)];
};

const readTranspose: OperatorReader = (call) => {
  const value = valueAt(call, 0);
  const rank = value.shape.length;
  const order = integersAttribute(call, "perm") ?? [...value.shape.keys()].toReversed();
  if (axesOf(call, order, rank).length !== rank || order.some((axis) => axis < 0)) {
    malformed(call, `an order of all ${rank} axes`, describeShape(order));
  }
  const folded = value.known && foldTranspose(value.known, order);
  if (folded !== undefined) return [knownValue(folded)];
  return [computed(turned(tensorOf(call, value, anyType), order, { name: call.name }))];
};

const readConcat: OperatorReader = (call) => {
  const parts = call.inputs.map((_, index) => valueAt(call, index));
  const axis = integerAttribute(call, "axis") ?? malformed(call, "an axis", "none");
  const known = parts.map((part) => part.known);
  const folded = known.every((part) => part !== undefined) ? foldConcat(known, axis) : undefined;
  if (folded !== undefined) return [knownValue(folded)];
  // Parts without values, which some exporters write, add nothing.
  const full = parts.filter((part) => part.known === undefined || sizeOf(part.shape) > 0);
  const tensors = full.map((part) => tensorOf(call, part, anyType));
  const at = axisOf(call, axis, tensors[0]?.shape.length ?? 0);
  return [computed(concat(tensors, at, { name: call.name }))];
};

const readExpand: OperatorReader = (call) => {
  const value = valueAt(call, 0);
  const wanted = integersAt(call, 1) ?? malformed(call, "a shape", "none");
  checkSizes(describeNode(call.node, call.opset), wanted);
  const shape = broadcastShapes(value.shape, wanted);
  if (shape === undefined) {
    return malformed(call, `a shape that ${describeShape(value.shape)} broadcasts to`, describeShape(wanted));
  }
  return [expanded(call, value, shape)];
};

function expanded(call: OperatorCall, value: Value, shape: readonly number[]): Value {
  const { known } = value;
  // One float32 number throughout stays small.
  if (known?.dtype === "float32" && known.values.length === 1 && shape.length > 0 && sizeOf(shape) > 0) {
    return computed(fill(shape, known.values[0]!));
  }
  const folded = known && foldExpand(known, shape);
  if (folded !== undefined) return knownValue(folded);
  return computed(broadcastTo(tensorOf(call, value, anyType), shape));
}

const readConstantOfShape: OperatorReader = (call) => {
  const shape = integersAt(call, 0) ?? malformed(call, "a shape", "none");
  checkSizes(describeNode(call.node, call.opset), shape);
  return [expanded(call, constantOfShapeValue(call), shape)];
};

const readTile: OperatorReader = (call) => {
  const value = valueAt(call, 0);
  const repeats = integersAt(call, 1) ?? malformed(call, "repeats", "none");
  if (repeats.length !== value.shape.length || !repeats.every((count) => Number.isSafeInteger(count) && count >= 1)) {
    malformed(call, `${value.shape.length} repeats of at least 1`, describeShape(repeats));
  }
  // [a, b] → [1, a, 1, b] → [r, a, s, b] → [r·a, s·b]
  const apart = reshaped(
    call,
    value,
    value.shape.flatMap((size) => [1, size]),
  );
  const repeated = value.shape.flatMap((size, axis) => [repeats[axis]!, size]);
  checkSizes(describeNode(call.node, call.opset), repeated);
  return [
    reshaped(
      call,
      expanded(call, apart, repeated),
      value.shape.map((size, axis) => size * repeats[axis]!),
    ),
  ];
};

export const layoutReaders: Readonly<Record<string, OperatorReader>> = {
  Reshape: readReshape,
  Flatten: readFlatten,
  Squeeze: readSqueeze,
  Unsqueeze: readUnsqueeze,
  Transpose: readTranspose,
  Concat: readConcat,
  Expand: readExpand,
  ConstantOfShape: readConstantOfShape,
  Tile: readTile,
};
