import { applyOne } from "../../op.ts";
import { averagePoolOp, maxPoolOp } from "../../ops/pooling.ts";
import { pad } from "../../ops/ranges.ts";
import { reduceMax, reduceMean } from "../../ops/reduce.ts";
import type { Tensor } from "../../tensor.ts";
import type { WindowAttributes } from "../../windows.ts";
import {
  type OperatorCall,
  type OperatorReader,
  integerAttribute,
  integersAttribute,
  malformed,
  stringAttribute,
  tensorOfRank,
  unsupported,
} from "../operator-call.ts";
import { computed } from "../value.ts";
import { perAxis, windowOf } from "./windows.ts";

function poolWindow(call: OperatorCall, x: Tensor): WindowAttributes {
  const lengths = x.shape.slice(2);
  const size =
    perAxis(call, "kernel_shape", { count: lengths.length, least: 1 }) ?? malformed(call, "a kernel_shape", "none");
  return windowOf(call, { lengths, size });
}

const readMaxPool: OperatorReader = (call) => {
  if (call.wanted[1] === true) return unsupported(call, "the output of values alone", "the output of indices in use");
  const x = tensorOfRank(call, 0, 3);
  return [computed(applyOne(maxPoolOp, [x], { attributes: poolWindow(call, x), name: call.name }))];
};

const readAveragePool: OperatorReader = (call) => {
  const x = tensorOfRank(call, 0, 3);
  const attributes = poolWindow(call, x);
  if ((integerAttribute(call, "count_include_pad") ?? 0) === 0) {
    return [computed(applyOne(averagePoolOp, [x], { attributes, name: call.name }))];
  }
  // Padding that counts is written as zeros around x; what ceil mode adds at the end never counts.
  const count = attributes.size.length;
  const pads = integersAttribute(call, "pads") ?? [];
  const automatic = stringAttribute(call, "auto_pad") ?? "NOTSET";
  const after = automatic === "NOTSET" ? attributes.size.map((_, i) => pads[i + count] ?? 0) : attributes.after;
  const counted = pad(x, { before: [0, 0, ...attributes.before], after: [0, 0, ...after], name: call.name });
  const rest = {
    ...attributes,
    before: attributes.before.map(() => 0),
    after: attributes.after.map((total, i) => total - after[i]!),
  };
  return [computed(applyOne(averagePoolOp, [counted], { attributes: rest, name: call.name }))];
};

const global =
  (reduce: typeof reduceMean): OperatorReader =>
  (call) => {
    const x = tensorOfRank(call, 0, 3);
    return [computed(reduce(x, { axes: [...x.shape.keys()].slice(2), keepDims: true, name: call.name }))];
  };

export const poolReaders: Readonly<Record<string, OperatorReader>> = {
  MaxPool: readMaxPool,
  AveragePool: readAveragePool,
  GlobalAveragePool: global(reduceMean),
  GlobalMaxPool: global(reduceMax),
};
