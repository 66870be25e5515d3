import { constant } from "../../leaves.ts";
import { embedding } from "../../ops/embedding.ts";
import { concat, gather } from "../../ops/ranges.ts";
import { describeShape } from "../../shapes.ts";
import { foldGather } from "../fold.ts";
import {
  type OperatorCall,
  type OperatorReader,
  axisOf,
  integerAttribute,
  integersAt,
  malformed,
  tensorAt,
  tensorOf,
  unsupported,
  valueAt,
} from "../operator-call.ts";
import { type Value, computed, knownValue } from "../value.ts";
import { reshaped } from "./layout.ts";
import { rangeOf } from "./ranges.ts";

const anyType = ["float32", "int64", "int32", "bool"] as const;

/** Positions along an axis; in their place stand the axes of `shape`. */
function taken(
  call: OperatorCall,
  value: Value,
  {
    axis,
    indices,
    shape,
  }: { readonly axis: number; readonly indices: readonly number[]; readonly shape: readonly number[] },
): Value {
  const length = value.shape[axis]!;
  const positions = indices.map((index) => (index < 0 ? index + length : index));
  const wrong = positions.findIndex((index) => !(index >= 0 && index < length));
  if (wrong >= 0) malformed(call, `positions below ${length} on axis ${axis}`, indices[wrong]!);
  const folded = value.known && foldGather(value.known, { axis, indices: positions, shape });
  if (folded !== undefined) return knownValue(folded);
  const x = tensorOf(call, value, anyType);
  const placed = [...x.shape.slice(0, axis), ...shape, ...x.shape.slice(axis + 1)];
  const runs = runsOf(positions);
  // A few ranges, and rows of a table, are differentiated; any choice of positions is not.
  if (runs.length > 0 && runs.length <= mostRuns) {
    const parts = runs.map((run) => rangeOf(x, { axis, ...run }, call.name));
    const joined = parts.length === 1 ? parts[0]! : concat(parts, axis, { name: call.name });
    return reshaped(call, computed(joined), placed);
  }
  if (axis === 0 && x.shape.length === 2 && x.dtype === "float32") {
    return computed(embedding(constant(BigInt64Array.from(positions, BigInt), shape), x, { name: call.name }));
  }
  return computed(gather(x, { axis, indices: positions, shape }));
}

const mostRuns = 64;

/** Positions as runs of neighbours. */
function runsOf(positions: readonly number[]): { start: number; end: number; step: number }[] {
  const runs: { start: number; end: number; step: number }[] = [];
  for (const position of positions) {
    const last = runs.at(-1);
    if (last?.end === position) last.end++;
    else runs.push({ start: position, end: position + 1, step: 1 });
  }
  return runs;
}

const readGather: OperatorReader = (call) => {
  const value = valueAt(call, 0);
  const axis = axisOf(call, integerAttribute(call, "axis") ?? 0, value.shape.length);
  // Rows of a table, by numbers that are computed or fed.
  if (axis === 0 && value.shape.length === 2 && valueAt(call, 1).fixed() === undefined) {
    return [computed(embedding(tensorAt(call, 1, ["int64", "int32"]), tensorAt(call, 0), { name: call.name }))];
  }
  const indices = integersAt(call, 1) ?? malformed(call, "indices", "none");
  return [taken(call, value, { axis, indices, shape: valueAt(call, 1).shape })];
};

/** Where the last axis of the indices has one entry, it is a Gather. */
const readGatherND: OperatorReader = (call) => {
  const { shape } = valueAt(call, 1);
  const batch = integerAttribute(call, "batch_dims") ?? 0;
  if (shape.at(-1) !== 1 || batch !== 0) {
    unsupported(call, "indices along one axis and batch_dims 0", `${describeShape(shape)} and ${batch}`);
  }
  const indices = integersAt(call, 1) ?? malformed(call, "indices", "none");
  const value = valueAt(call, 0);
  if (value.shape.length === 0) malformed(call, "an input with axes", "a scalar");
  return [taken(call, value, { axis: 0, indices, shape: shape.slice(0, -1) })];
};

export const gatherReaders: Readonly<Record<string, OperatorReader>> = { Gather: readGather, GatherND: readGatherND };
