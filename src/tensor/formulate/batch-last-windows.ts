import { applyOne } from "../op.ts";
import type { Node, Tensor } from "../tensor.ts";
import { type WindowAttributes, windowCount } from "../windows.ts";
import { tensorMath } from "../math.ts";
import { asPlane, planeWindow } from "./batch-last-planes.ts";
import { type Windows, splitStride } from "./find-windows.ts";
import { add, equal, maximum, mul, sub } from "../ops/binary.ts";
import { convolutionInputGradientOp, takeEvery, transposedConvolution } from "../ops/convolution-gradients.ts";
import { convolutionOp } from "../ops/convolution.ts";
import { matmul } from "../ops/matmul.ts";
import { maxPoolOp } from "../ops/pooling.ts";
import { concat, gather, pad, slice } from "../ops/ranges.ts";
import { reshape, transpose } from "../ops/reshape.ts";
import { cast } from "../ops/unary.ts";

/** Both layouts of a tensor of the old graph; each is made when it is first asked for. */
export interface Layouts {
  first(old: Tensor): Tensor;
  last(old: Tensor): Tensor;
}

type InputGradientAttributes = WindowAttributes & { readonly inputSize: readonly number[] };

/** Writes convolutions and pools with the batch last: x is [channel, time, batch]. */
export function createBatchLastWindows({ small, split, isPool, isWeightGradient }: Windows) {
  /** By tensor and stride: pools of several strides may read one tensor. */
  const phases = new Map<Tensor, Map<number, readonly Tensor[]>>();
  const unfold = createUnfold();

  /** x at times 0, s, 2s, …, at 1, s + 1, …, and so on; s tensors [channel, ⌊time / s⌋, batch]. */
  const phasesOf = (old: Tensor, { stride, layouts }: { readonly stride: number; readonly layouts: Layouts }) => {
    const ofTensor = phases.get(old) ?? new Map<number, readonly Tensor[]>();
    phases.set(old, ofTensor);
    const known = ofTensor.get(stride);
    if (known !== undefined) return known;
    const node = old.source as Node<WindowAttributes>;
    const isSplit = split.get(old) === stride;
    const made = isSplit
      ? (node.op === convolutionOp ? convolutionPhases : poolGradientPhases)(node, { stride, layouts })
      : slicedPhases(layouts.last(old), stride);
    ofTensor.set(stride, made);
    return made;
  };

  const convolutionPhases = (
    { inputs, attributes }: Node<WindowAttributes>,
    { stride, layouts }: { readonly stride: number; readonly layouts: Layouts },
  ): Tensor[] => {
    const x = layouts.last(inputs[0]!);
    const [filters, channels, taps] = inputs[1]!.shape as [number, number, number];
    const weight = reshape(layouts.first(inputs[1]!), [filters, channels * taps]);
    const batch = x.shape[2]!;
    return Array.from({ length: stride }, (_, phase) => {
      const columns = unfold(x, attributes, { phase, every: stride });
      return reshape(matmul(weight, columns), [filters, columns.shape[1]! / batch, batch]);
    });
  };

  /** The first of the greatest values gets the slope. */
  const poolGradientPhases = (
    { inputs }: Node<WindowAttributes>,
    options: { readonly stride: number; readonly layouts: Layouts },
  ): Tensor[] => {
    const greatest = options.layouts.last(inputs[1]!);
    let left = options.layouts.last(inputs[2]!);
    const values = phasesOf(inputs[0]!, options);
    return values.map((value, phase) => {
      if (phase === values.length - 1) return left;
      const taken = mul(cast(equal(value, greatest), "float32"), left);
      left = sub(left, taken);
      return taken;
    });
  };

  /** The phases of a convolution's slope; one where it is not split. */
  const slopePhases = (slope: Tensor, layouts: Layouts) => {
    const stride = split.get(slope);
    return stride === undefined ? [layouts.last(slope)] : phasesOf(slope, { stride, layouts });
  };

  const inputGradient = ({ inputs, attributes }: Node<InputGradientAttributes>, layouts: Layouts): Tensor => {
    const { before, inputSize, stride, dilation } = attributes;
    const parts = slopePhases(inputs[0]!, layouts);
    const count = parts.length;
    const weight = layouts.first(inputs[1]!);
    // Each phase's kernel lies one tap behind the one before it in a longer kernel, so one op adds up all of them.
    const kernels = parts.map((_, phase) =>
      count === 1 ? weight : pad(weight, { before: [0, 0, phase], after: [0, 0, count - 1 - phase] }),
    );
    const slopes = concat(parts, 0);
    const kernel = concat(kernels, 0);
    const [filters, length, batch] = slopes.shape as [number, number, number];
    const [, channels, taps] = kernel.shape as [number, number, number];
    const step = stride[0]! * count;
    const reach = (length - 1) * step + (taps - 1) * dilation[0]! + 1;
    const surplus = reach - before[0]! - inputSize[0]!;
    const spread = transposedConvolution(
      reshape(slopes, [1, filters, length, batch]),
      reshape(kernel, [filters, channels, taps, 1]),
      {
        size: [taps, 1],
        stride: [step, 1],
        dilation: [dilation[0]!, 1],
        before: [before[0]!, 0],
        after: [Math.max(0, surplus), 0],
        groups: 1,
      },
    );
    const made = reshape(spread, spread.shape.slice(1));
    return surplus >= 0 ? made : pad(made, { before: [0, 0, 0], after: [0, -surplus, 0] });
  };

  return {
    /** The output with the batch last; `undefined` for other ops. */
    last: (node: Node, layouts: Layouts): Tensor | undefined => {
      if (isPool(node)) {
        const stride = node.op === maxPoolOp ? splitStride(node) : undefined;
        if (stride === undefined) return poolOnPlane(node as Node<WindowAttributes>, layouts);
        return phasesOf(node.inputs[0]!, { stride, layouts }).reduce((a, b) => maximum(a, b));
      }
      if (!small.has(node) || isWeightGradient(node)) return undefined;
      if (node.op === convolutionInputGradientOp) return inputGradient(node as Node<InputGradientAttributes>, layouts);
      return convolutionPhases(node as Node<WindowAttributes>, { stride: 1, layouts })[0]!;
    },
    /** The gradient of a kernel, which has no batch; `undefined` for other ops. */
    weightGradient: (node: Node, layouts: Layouts): Tensor | undefined => {
      if (!small.has(node) || !isWeightGradient(node)) return undefined;
      const [old, slope] = node.inputs as [Tensor, Tensor];
      const x = layouts.last(old);
      const parts = slopePhases(slope, layouts);
      const products = parts.map((part, phase) => {
        const columns = unfold(x, node.attributes as WindowAttributes, { phase, every: parts.length });
        return matmul(reshape(part, [part.shape[0]!, columns.shape[1]!]), transpose(columns, [1, 0]));
      });
      return reshape(
        products.reduce((a, b) => add(a, b)),
        node.outputs[0]!.shape,
      );
    },
  };
}

/** x [channel, time, batch] in phases by slicing. */
function slicedPhases(x: Tensor, stride: number): Tensor[] {
  const count = Math.floor(x.shape[1]! / stride);
  return Array.from({ length: stride }, (_, phase) =>
    slice(x, { axis: 1, start: phase, end: (count - 1) * stride + phase + 1, step: stride }),
  );
}

/** A pool over time, or its gradient, as one over the plane of time and batch. */
function poolOnPlane({ op, inputs, attributes }: Node<WindowAttributes>, layouts: Layouts): Tensor {
  const planes = inputs.map((each) => asPlane(layouts.last(each)));
  const window = planeWindow(attributes, planes[0]!);
  const y = op === maxPoolOp ? maximumOfShifts(planes[0]!, window) : applyOne(op, planes, { attributes: window });
  return reshape(y, y.shape.slice(1));
}

/** The maximum pool as the greatest of shifted copies, which its gradient compares with the greatest. */
function maximumOfShifts(x: Tensor, window: WindowAttributes): Tensor {
  const { size, stride, dilation, before, after } = window;
  const padded =
    before[0]! + after[0]! > 0 ? pad(x, { before: [0, 0, ...before], after: [0, 0, ...after], value: -Infinity }) : x;
  const count = windowCount(x.shape[2]!, window, 0);
  const shifts = Array.from({ length: size[0]! }, (_, tap) =>
    takeEvery(padded, { axis: 2, start: tap * dilation[0]!, count, step: stride[0]! }, tensorMath),
  );
  return shifts.reduce((a, b) => maximum(a, b));
}

/** Makes the unfolding of an input once for all that read it: the convolution's forward and its kernel's gradient. */
function createUnfold() {
  const known = new Map<Tensor, Map<string, Tensor>>();
  /** x [channel, time, batch] → [channel·tap, out·batch], for the outputs `phase`, `phase` + `every`, … */
  return (
    x: Tensor,
    window: WindowAttributes,
    { phase, every }: { readonly phase: number; readonly every: number },
  ) => {
    const [channels, length, batch] = x.shape as [number, number, number];
    const [taps, stride, dilation, before] = [window.size, window.stride, window.dilation, window.before].map(
      (values) => values[0]!,
    ) as [number, number, number, number];
    const key = [taps, stride, dilation, before, window.after[0], phase, every].join();
    const ofInput = known.get(x) ?? new Map<string, Tensor>();
    known.set(x, ofInput);
    const made = ofInput.get(key);
    if (made !== undefined) return made;
    const count = Math.floor(windowCount(length, window, 0) / every);
    const indices: number[] = [];
    for (let tap = 0; tap < taps; tap++) {
      for (let out = 0; out < count; out++) indices.push((out * every + phase) * stride + tap * dilation);
    }
    const after = Math.max(0, indices.at(-1)! + 1 - before - length);
    const padded = before + after === 0 ? x : pad(x, { before: [0, before, 0], after: [0, after, 0] });
    const rows = gather(padded, { axis: 1, indices, shape: [taps, count] });
    const columns = reshape(rows, [channels * taps, count * batch]);
    ofInput.set(key, columns);
    return columns;
  };
}
