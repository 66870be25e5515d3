import { add } from "../../ops/binary.ts";
import { type ReduceOptions, reduceMax, reduceMean, reduceSum } from "../../ops/reduce.ts";
import { reshape } from "../../ops/reshape.ts";
import { logSoftmax, softmax } from "../../ops/softmax.ts";
import { abs, exp, log, neg, sqrt } from "../../ops/unary.ts";
import { square } from "../../layers.ts";
import { sub } from "../../ops/binary.ts";
import { sizeOf } from "../../shapes.ts";
import type { Tensor } from "../../tensor.ts";
import { foldReduceAll } from "../fold.ts";
import {
  type OperatorReader,
  axesInputOrAttribute,
  axesOf,
  axisOf,
  integerAttribute,
  tensorAt,
  unsupported,
  valueAt,
} from "../operator-call.ts";
import { computed, knownValue } from "../value.ts";

type Reduce = (x: Tensor, options: ReduceOptions) => Tensor;

function reduction(reduce: Reduce | undefined): OperatorReader {
  return (call) => {
    const value = valueAt(call, 0);
    const rank = value.shape.length;
    const said = axesInputOrAttribute(call, 1) ?? [];
    const keepDims = (integerAttribute(call, "keepdims") ?? 1) !== 0;
    if (said.length === 0 && (integerAttribute(call, "noop_with_empty_axes") ?? 0) !== 0) return [value];
    const axes = said.length === 0 ? [...value.shape.keys()] : axesOf(call, said, rank);
    const { opType } = call.node;
    const folded =
      value.known !== undefined && axes.length === rank ? foldReduceAll(opType, value.known, keepDims) : undefined;
    if (folded !== undefined) return [knownValue(folded)];
    if (reduce === undefined) return unsupported(call, `constant inputs of ${opType}`, "ones computed at run time");
    return [
      computed(reduce(tensorAt(call, 0), { axes, keepDims, ...(call.name === undefined ? {} : { name: call.name }) })),
    ];
  };
}

/** log Σ eˣ, with the maximum taken out so that nothing overflows. */
const reduceLogSumExp: Reduce = (x, options) => {
  const greatest = reduceMax(x, { ...options, keepDims: true });
  const sum = log(reduceSum(exp(sub(x, greatest)), options));
  return add(sum, reshape(greatest, sum.shape));
};

/** Softmax over one axis; before operator set 13 over all axes from the given one on, together. */
function alongAxis(op: typeof softmax): OperatorReader {
  return (call) => {
    const x = tensorAt(call, 0);
    const rank = x.shape.length;
    const given = integerAttribute(call, "axis");
    const axis = axisOf(call, given ?? (call.opset < 13 ? 1 : -1), rank);
    if (call.opset >= 13 || axis === rank - 1) return [computed(op(x, axis, { name: call.name }))];
    const rows = reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
    return [computed(reshape(op(rows, 1, { name: call.name }), x.shape))];
  };
}

export const reductionReaders: Readonly<Record<string, OperatorReader>> = {
  ReduceSum: reduction(reduceSum),
  ReduceMean: reduction(reduceMean),
  ReduceMax: reduction(reduceMax),
  ReduceMin: reduction((x, options) => neg(reduceMax(neg(x), options))),
  ReduceL1: reduction((x, options) => reduceSum(abs(x), options)),
  ReduceL2: reduction((x, options) => sqrt(reduceSum(square(x), options))),
  ReduceSumSquare: reduction((x, options) => reduceSum(square(x), options)),
  ReduceLogSumExp: reduction(reduceLogSumExp),
  ReduceProd: reduction(undefined),
  Softmax: alongAxis(softmax),
  LogSoftmax: alongAxis(logSoftmax),
};
