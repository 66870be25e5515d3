import { flip, pad, slice } from "../../ops/ranges.ts";
import { split } from "../../ops/split.ts";
import { describeShape } from "../../shapes.ts";
import type { Tensor } from "../../tensor.ts";
import { foldGather, mostFolded } from "../fold.ts";
import { checkSizes } from "../known.ts";
import {
  type OperatorCall,
  type OperatorReader,
  axesOf,
  axisOf,
  describeNode,
  fixedAt,
  floatAttribute,
  integerAttribute,
  integersAt,
  integersAttribute,
  malformed,
  stringAttribute,
  tensorAt,
  tensorOf,
  unsupported,
  valueAt,
} from "../operator-call.ts";
import { type Value, computed, knownValue } from "../value.ts";

const anyType = ["float32", "int64", "int32", "bool"] as const;

interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const readSlice: OperatorReader = (call) => {
  const value = valueAt(call, 0);
  const [starts, ends] = [1, 2].map((index) => integersAt(call, index) ?? malformed(call, "starts and ends", "none"));
  const axes = integersAt(call, 3) ?? starts!.map((_, i) => i);
  const steps = integersAt(call, 4) ?? starts!.map(() => 1);
  if ([ends, axes, steps].some((list) => list!.length !== starts!.length)) {
    malformed(
      call,
      "as many starts, ends, axes and steps",
      [starts, ends, axes, steps].map((list) => list!.length).join(", "),
    );
  }
  const sorted = axesOf(call, axes, value.shape.length);
  const ranges = starts!.map((start, i): Range => {
    const axis = axisOf(call, axes[i]!, value.shape.length);
    return clampRange(call, { axis, start, end: ends![i]!, step: steps[i]! }, value.shape[axis]!);
  });
  // What turns whole axes round is one op.
  const turned = ranges.every(
    ({ axis, start, end, step }) => step === -1 && end === -1 && start === value.shape[axis]! - 1,
  );
  if (turned && ranges.length > 0 && value.known === undefined) {
    return [
      computed(
        flip(
          tensorOf(call, value, anyType),
          axes.map((axis) => axisOf(call, axis, value.shape.length)),
        ),
      ),
    ];
  }
  return [sorted.length === 0 ? value : ranges.reduce((part, range) => sliced(call, part, range), value)];
};

/** From the first position to before the last one, both within reach, as ONNX clamps them. */
function clampRange(call: OperatorCall, { axis, start, end, step }: Range, length: number): Range {
  if (!Number.isInteger(step) || step === 0) malformed(call, "a step other than 0", step);
  const fromStart = (index: number) => (index < 0 ? index + length : index);
  const clamp = (index: number, low: number, high: number) => Math.max(low, Math.min(high, fromStart(index)));
  return step > 0
    ? { axis, start: clamp(start, 0, length), end: clamp(end, 0, length), step }
    : { axis, start: clamp(start, 0, length - 1), end: clamp(end, -1, length - 1), step };
}

function sliced(call: OperatorCall, value: Value, { axis, start, end, step }: Range): Value {
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (value.known !== undefined && count <= mostFolded) {
    const indices = Array.from({ length: count }, (_, i) => start + i * step);
    const folded = foldGather(value.known, { axis, indices, shape: [count] });
    if (folded !== undefined) return knownValue(folded);
  }
  if (count === 0) return unsupported(call, "a range with values", `${start} … ${end} by ${step} of axis ${axis}`);
  const x = tensorOf(call, value, anyType);
  return computed(rangeOf(x, { axis, start, end, step }, call.name));
}

/** A range of an axis, backwards where the step is negative. */
export function rangeOf(x: Tensor, { axis, start, end, step }: Range, name?: string): Tensor {
  if (step > 0) {
    const whole = start === 0 && end === x.shape[axis] && step === 1;
    return whole ? x : slice(x, { axis, start, end, step, name });
  }
  // Backwards: the same positions forwards, then turned round.
  const count = Math.ceil((end - start) / step);
  const first = start + (count - 1) * step;
  return flip(rangeOf(x, { axis, start: first, end: start + 1, step: -step }, name), [axis]);
}

const readSplit: OperatorReader = (call) => {
  const value = valueAt(call, 0);
  const axis = axisOf(call, integerAttribute(call, "axis") ?? 0, value.shape.length);
  const length = value.shape[axis]!;
  const count = call.node.outputs.length;
  const said = integerAttribute(call, "num_outputs") ?? count;
  if (said !== count || count === 0) malformed(call, `${said} outputs`, count);
  const each = Math.ceil(length / count);
  const sizes =
    integersAttribute(call, "split") ??
    integersAt(call, 1) ??
    Array.from({ length: count }, (_, i) => Math.max(0, Math.min(each, length - i * each)));
  if (sizes.length !== count || sizes.some((size) => size < 0) || sizes.reduce((a, b) => a + b, 0) !== length) {
    malformed(call, `${count} sizes that add up to ${length}`, describeShape(sizes));
  }
  if (value.known === undefined && sizes.every((size) => size > 0)) {
    return split(tensorOf(call, value, anyType), { axis, sizes, name: call.name }).map(computed);
  }
  let end = 0;
  return sizes.map((size) => sliced(call, value, { axis, start: end, end: (end += size), step: 1 }));
};

const readPad: OperatorReader = (call) => {
  const mode = stringAttribute(call, "mode") ?? "constant";
  if (mode !== "constant") unsupported(call, 'mode "constant"', `"${mode}"`);
  const x = tensorAt(call, 0);
  const rank = x.shape.length;
  const pads = integersAttribute(call, "pads") ?? integersAt(call, 1) ?? malformed(call, "pads", "none");
  const axes = (integersAt(call, 3) ?? [...x.shape.keys()]).map((axis) => axisOf(call, axis, rank));
  if (pads.length !== 2 * axes.length) malformed(call, `${2 * axes.length} pads`, pads.length);
  const value = fixedAt(call, 2)?.[0] ?? floatAttribute(call, "value") ?? 0;
  const side = (offset: number) => {
    const counts = x.shape.map(() => 0);
    axes.forEach((axis, i) => (counts[axis] = pads[offset + i]!));
    return counts;
  };
  const [before, after] = [side(0), side(axes.length)];
  checkSizes(
    describeNode(call.node, call.opset),
    x.shape.map((size, axis) => size + before[axis]! + after[axis]!),
  );
  // Negative counts cut.
  const cut = x.shape.reduce((part, size, axis) => {
    const [start, end] = [Math.max(0, -before[axis]!), size - Math.max(0, -after[axis]!)];
    return start === 0 && end === size ? part : slice(part, { axis, start, end, name: call.name });
  }, x);
  const added = { before: before.map(positive), after: after.map(positive) };
  const none = [...added.before, ...added.after].every((count) => count === 0);
  return [computed(none && cut !== x ? cut : pad(cut, { ...added, value, name: call.name }))];
};

const positive = (count: number) => Math.max(0, count);

export const rangeReaders: Readonly<Record<string, OperatorReader>> = {
  Slice: readSlice,
  Split: readSplit,
  Pad: readPad,
};
