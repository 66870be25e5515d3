import { reshape } from "../../ops/reshape.ts";
import { add } from "../../ops/binary.ts";
import { transposedConvolutionOp } from "../../ops/convolution-gradients.ts";
import { convolutionOp } from "../../ops/convolution.ts";
import { pad } from "../../ops/ranges.ts";
import { applyOne } from "../../op.ts";
import { describeShape, sameShape } from "../../shapes.ts";
import type { Tensor } from "../../tensor.ts";
import { type WindowAttributes, resolvePadding } from "../../windows.ts";
import {
  type OperatorCall,
  type OperatorReader,
  integerAttribute,
  integersAttribute,
  malformed,
  stringAttribute,
  tensorAt,
  tensorOfRank,
  unsupported,
} from "../operator-call.ts";
import { computed } from "../value.ts";

interface WindowCall {
  /** Sizes of x after batch and channel. */
  readonly lengths: readonly number[];
  readonly size: readonly number[];
}

/** A list with one number for each axis; `undefined` where the node has none. */
export function perAxis(
  call: OperatorCall,
  name: string,
  { count, least }: { readonly count: number; readonly least: number },
) {
  const values = integersAttribute(call, name);
  if (values === undefined || values.length === 0) return undefined;
  const good = values.length === count && values.every((value) => Number.isSafeInteger(value) && value >= least);
  return good ? values : malformed(call, `${count} numbers of at least ${least} as "${name}"`, describeShape(values));
}

/** Stride, dilation, groups and padding as the node says. */
export function windowOf(call: OperatorCall, { lengths, size }: WindowCall): WindowAttributes {
  const count = lengths.length;
  const ones = lengths.map(() => 1);
  const stride = perAxis(call, "strides", { count, least: 1 }) ?? ones;
  const dilation = perAxis(call, "dilations", { count, least: 1 }) ?? ones;
  const pads = perAxis(call, "pads", { count: 2 * count, least: 0 });
  const automatic = stringAttribute(call, "auto_pad") ?? "NOTSET";
  const ceilMode = (integerAttribute(call, "ceil_mode") ?? 0) !== 0;
  const groups = integerAttribute(call, "group") ?? 1;
  if (!(groups >= 1)) malformed(call, "at least one group", groups);
  const sides = lengths.map((length, axis): readonly [number, number] => {
    const window = { length, size: size[axis]!, stride: stride[axis]!, dilation: dilation[axis]! };
    switch (automatic) {
      case "NOTSET":
        return resolvePadding({ ...window, padding: [pads?.[axis] ?? 0, pads?.[axis + count] ?? 0], ceilMode });
      case "VALID":
        return resolvePadding({ ...window, padding: "valid", ceilMode });
      case "SAME_UPPER":
        return resolvePadding({ ...window, padding: "same" });
      case "SAME_LOWER":
        return resolvePadding({ ...window, padding: "same" }).toReversed() as [number, number];
      default:
        return unsupported(call, "auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER", `"${automatic}"`);
    }
  });
  return {
    size,
    stride,
    dilation,
    before: sides.map(([before]) => before),
    after: sides.map(([, after]) => after),
    groups,
  };
}

/** The kernel's size by its weights, which the attribute, where given, has to agree with. */
function kernelSize(call: OperatorCall, x: Tensor, weight: Tensor): readonly number[] {
  const size = weight.shape.slice(2);
  if (weight.shape.length !== x.shape.length) {
    malformed(call, `weights of ${x.shape.length} axes`, `shape ${describeShape(weight.shape)}`);
  }
  const said = integersAttribute(call, "kernel_shape");
  if (said !== undefined && !sameShape(said, size)) {
    malformed(call, `a kernel_shape of ${describeShape(size)}, as the weights have`, describeShape(said));
  }
  return size;
}

/** y [batch, channel, …] plus one value per channel. */
function withBias(call: OperatorCall, y: Tensor): Tensor {
  if (call.inputs[2] === undefined) return y;
  const bias = tensorAt(call, 2);
  const channels = y.shape[1]!;
  if (!sameShape(bias.shape, [channels])) {
    malformed(call, `a bias of shape [${channels}]`, `shape ${describeShape(bias.shape)}`);
  }
  return add(y, reshape(bias, [1, channels, ...y.shape.slice(2).map(() => 1)]));
}

const readConv: OperatorReader = (call) => {
  const [x, weight] = [tensorOfRank(call, 0, 3), tensorOfRank(call, 1, 3)];
  const attributes = windowOf(call, { lengths: x.shape.slice(2), size: kernelSize(call, x, weight) });
  return [computed(withBias(call, applyOne(convolutionOp, [x, weight], { attributes, name: call.name })))];
};

const readConvTranspose: OperatorReader = (call) => {
  const [x, weight] = [tensorOfRank(call, 0, 3), tensorOfRank(call, 1, 3)];
  const lengths = x.shape.slice(2);
  const size = kernelSize(call, x, weight);
  const window = windowOf({ ...call, node: withoutAutoPad(call.node) }, { lengths, size });
  const extra = perAxis(call, "output_padding", { count: lengths.length, least: 0 }) ?? lengths.map(() => 0);
  const whole = lengths.map(
    (length, i) => (length - 1) * window.stride[i]! + (size[i]! - 1) * window.dilation[i]! + 1 + extra[i]!,
  );
  const sides = transposedSides(call, { window, whole, lengths });
  // What is cut off at the end, less what the output padding adds; zeros where more is added than cut.
  const behind = sides.map(([, after], i) => after - extra[i]!);
  const attributes = {
    ...window,
    before: sides.map(([before]) => before),
    after: behind.map((count) => Math.max(0, count)),
  };
  const y = applyOne(transposedConvolutionOp, [x, weight], { attributes, name: call.name });
  const none = y.shape.map(() => 0);
  const after = [0, 0, ...behind.map((count) => Math.max(0, -count))];
  return [computed(withBias(call, after.some((count) => count > 0) ? pad(y, { before: none, after }) : y))];
};

const withoutAutoPad = (node: OperatorCall["node"]) => ({
  ...node,
  attributes: node.attributes.filter(({ name }) => name !== "auto_pad"),
});

interface Transposed {
  readonly window: WindowAttributes;
  /** Sizes of the output before anything is cut off. */
  readonly whole: readonly number[];
  readonly lengths: readonly number[];
}

/** How many values are cut off before and after, along each axis. */
function transposedSides(call: OperatorCall, { window, whole, lengths }: Transposed): (readonly [number, number])[] {
  const automatic = stringAttribute(call, "auto_pad") ?? "NOTSET";
  const said = perAxis(call, "output_shape", { count: lengths.length, least: 1 });
  const same = automatic === "SAME_UPPER" || automatic === "SAME_LOWER";
  const wanted = said ?? (same ? lengths.map((length, i) => length * window.stride[i]!) : undefined);
  if (wanted === undefined) return window.before.map((before, i) => [before, window.after[i]!]);
  return whole.map((size, i) => {
    const total = size - wanted[i]!;
    if (total < 0) unsupported(call, `an output_shape of at most ${size}`, wanted[i]!);
    const half = Math.floor(total / 2);
    // As ONNX defines it: the odd one goes in front but for SAME_UPPER.
    return automatic === "SAME_UPPER" ? [half, total - half] : [total - half, half];
  });
}

export const windowReaders: Readonly<Record<string, OperatorReader>> = {
  Conv: readConv,
  ConvTranspose: readConvTranspose,
};
