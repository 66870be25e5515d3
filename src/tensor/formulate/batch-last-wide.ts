import { applyOne } from "../op.ts";
import { tensorMath } from "../math.ts";
import type { Node, Tensor } from "../tensor.ts";
import type { WindowAttributes } from "../windows.ts";
import { asPlane, planeWindow } from "./batch-last-planes.ts";
import type { Layouts } from "./batch-last-windows.ts";
import type { Windows } from "./find-windows.ts";
import {
  type InputGradientAttributes,
  convolutionInputGradientOp,
  takeEvery,
  weave,
} from "../ops/convolution-gradients.ts";
import { matmul } from "../ops/matmul.ts";
import { concat, pad, slice } from "../ops/ranges.ts";
import { fill, reshape, transpose } from "../ops/reshape.ts";

/**
 * Writes large convolutions along time with the batch last, x [channel, time, batch]: as convolutions of one image, or as
 * a product where the kernel is one sample; their kernels' gradients as one product per tap, whose shifts are whole rows.
 */
export function createWideConvolutions({ wide, isWeightGradient }: Windows) {
  return {
    /** The output with the batch last; `undefined` for other ops. */
    last: (node: Node, layouts: Layouts): Tensor | undefined => {
      if (!wide.has(node) || isWeightGradient(node)) return undefined;
      return node.op === convolutionInputGradientOp
        ? inputGradient(node as Node<InputGradientAttributes>, layouts)
        : convolution(node as Node<WindowAttributes>, layouts);
    },
    /** The gradient of a kernel, which has no batch; `undefined` for other ops. */
    weightGradient: (node: Node, layouts: Layouts): Tensor | undefined =>
      wide.has(node) && isWeightGradient(node) ? weightGradient(node as Node<WindowAttributes>, layouts) : undefined,
  };
}

function convolution({ op, inputs, outputs, attributes, name }: Node<WindowAttributes>, layouts: Layouts): Tensor {
  const [x, weight] = [layouts.last(inputs[0]!), layouts.first(inputs[1]!)];
  const [batch, filters, length] = outputs[0]!.shape as [number, number, number];
  if (isPointwise(attributes)) {
    const taken = takeEvery(x, { axis: 1, start: 0, count: length, step: attributes.stride[0]! }, tensorMath);
    return reshape(matmul(asMatrix(weight), asMatrix(taken), { name }), [filters, length, batch]);
  }
  const plane = asPlane(x);
  const y = applyOne(op, [plane, kernelOnPlane(weight)], { attributes: planeWindow(attributes, plane), name });
  return reshape(y, [filters, length, batch]);
}

function inputGradient({ op, inputs, outputs, attributes }: Node<InputGradientAttributes>, layouts: Layouts): Tensor {
  const [slope, weight] = [layouts.last(inputs[0]!), layouts.first(inputs[1]!)];
  const [batch, channels, length] = outputs[0]!.shape as [number, number, number];
  if (isPointwise(attributes)) {
    const product = matmul(transpose(asMatrix(weight), [1, 0]), asMatrix(slope));
    const step = attributes.stride[0]!;
    const taken = reshape(product, [channels, slope.shape[1]!, batch]);
    const zeros = fill(taken.shape, 0);
    const woven = step === 1 ? taken : weave([taken, ...Array.from({ length: step - 1 }, () => zeros)], 1, tensorMath);
    const missing = length - woven.shape[1]!;
    if (missing > 0) return pad(woven, { before: [0, 0, 0], after: [0, missing, 0] });
    return takeEvery(woven, { axis: 1, start: 0, count: length, step: 1 }, tensorMath);
  }
  const plane = asPlane(slope);
  const spread = applyOne(op, [plane, kernelOnPlane(weight)], { attributes: planeWindow(attributes, plane) });
  return reshape(spread, [channels, length, batch]);
}

/** One product per tap of the slopes with the input as the tap saw it. */
function weightGradient({ inputs, outputs, attributes }: Node<WindowAttributes>, layouts: Layouts): Tensor {
  const [x, slope] = [layouts.last(inputs[0]!), layouts.last(inputs[1]!)];
  const [filters, channels, taps] = outputs[0]!.shape as [number, number, number];
  const pairs = filters < channels && attributes.stride[0] === 1 ? shiftedSlopes : shiftedInputs;
  const products = pairs([x, slope], attributes).map(([input, slopes]) => {
    // The second operand is packed transposed, which costs less for the narrower one.
    return filters <= channels
      ? matmul(asMatrix(input), transpose(asMatrix(slopes), [1, 0]))
      : transpose(matmul(asMatrix(slopes), transpose(asMatrix(input), [1, 0])), [1, 0]);
  });
  const byTap = concat(products, 0);
  return transpose(reshape(byTap, [taps, channels, filters]), [2, 1, 0]);
}

type Pair = readonly [input: Tensor, slopes: Tensor];

/** x shifted by each tap, beside the slopes. */
function shiftedInputs([x, slope]: Pair, { size, stride, dilation, before, after }: WindowAttributes): Pair[] {
  const padded = before[0]! + after[0]! > 0 ? pad(x, { before: [0, before[0]!, 0], after: [0, after[0]!, 0] }) : x;
  return Array.from({ length: size[0]! }, (_, tap) => {
    const range = { axis: 1, start: tap * dilation[0]!, count: slope.shape[1]!, step: stride[0]! };
    return [takeEvery(padded, range, tensorMath), slope];
  });
}

/** x beside the slopes shifted against each tap: the cheaper way where there are fewer filters than channels. */
function shiftedSlopes([x, slope]: Pair, { size, dilation, before }: WindowAttributes): Pair[] {
  const [, length] = x.shape as [number, number, number];
  const outputs = slope.shape[1]!;
  // The input at i is seen by tap t in the output i − t·dilation + before.
  const front = Math.max(0, (size[0]! - 1) * dilation[0]! - before[0]!);
  const back = Math.max(0, length + before[0]! - outputs);
  const padded = front + back > 0 ? pad(slope, { before: [0, front, 0], after: [0, back, 0] }) : slope;
  return Array.from({ length: size[0]! }, (_, tap) => {
    const start = front + before[0]! - tap * dilation[0]!;
    return [x, slice(padded, { axis: 1, start, end: start + length })];
  });
}

function isPointwise({ size, before, after }: WindowAttributes): boolean {
  return size[0] === 1 && before[0] === 0 && after[0] === 0;
}

/** [row, …] → [row, all the rest] */
function asMatrix(x: Tensor): Tensor {
  return reshape(x, [x.shape[0]!, x.shape.slice(1).reduce((a, b) => a * b, 1)]);
}

/** [filter, channel, tap] → [filter, channel, tap, 1] */
function kernelOnPlane(weight: Tensor): Tensor {
  return reshape(weight, [...weight.shape, 1]);
}
