import { type OpOptions, applyOne } from "../op.ts";
import type { Tensor } from "../tensor.ts";
import { type Padding, type PerAxis, paddingPerAxis, perAxis } from "../windows.ts";
import { transposedConvolutionOp } from "./convolution-gradients.ts";
import { pad } from "./ranges.ts";

export interface TransposedConvolutionOptions extends OpOptions {
  readonly stride?: PerAxis<number>;
  readonly dilation?: PerAxis<number>;
  /** What is cut off the output; `same` leaves input length · stride. */
  readonly padding?: PerAxis<Padding>;
  /** More outputs at the end, as PyTorch has them: what was cut off there, then zeros. */
  readonly outputPadding?: PerAxis<number>;
  readonly groups?: number;
}

/**
 * The convolution whose input gradient this is, backwards: x [batch, channel, sample], weight [channel, filter / groups,
 * tap] → [batch, filter, (sample − 1)·stride + (tap − 1)·dilation + 1 − padding + outputPadding].
 */
export function convTranspose1d(x: Tensor, weight: Tensor, options: TransposedConvolutionOptions = {}): Tensor {
  return transposed(x, weight, options);
}

/** x [batch, channel, row, column], weight [channel, filter / groups, row, column]; see {@link convTranspose1d}. */
export function convTranspose2d(x: Tensor, weight: Tensor, options: TransposedConvolutionOptions = {}): Tensor {
  return transposed(x, weight, options);
}

function transposed(x: Tensor, weight: Tensor, options: TransposedConvolutionOptions): Tensor {
  const { stride = 1, dilation = 1, padding = "valid", outputPadding = 0, groups = 1, name } = options;
  const size = weight.shape.slice(2);
  const strides = perAxis(stride, size.length);
  const dilations = perAxis(dilation, size.length);
  const paddings = paddingPerAxis(padding, size.length);
  const more = perAxis(outputPadding, size.length);
  const cuts = size.map((taps, i) => {
    const reach = (taps - 1) * (dilations[i] ?? 1) + 1;
    const [before, after] = cutOff(paddings[i] ?? "valid", reach - (strides[i] ?? 1));
    return { before, after: after - (more[i] ?? 0) };
  });
  const attributes = {
    size,
    stride: strides,
    dilation: dilations,
    before: cuts.map(({ before }) => before),
    after: cuts.map(({ after }) => Math.max(0, after)),
    groups,
  };
  const y = applyOne(transposedConvolutionOp, [x, weight], { attributes, name });
  const zeros = cuts.map(({ after }) => Math.max(0, -after));
  if (zeros.every((count) => count === 0)) return y;
  return pad(y, { before: y.shape.map(() => 0), after: [0, 0, ...zeros], name });
}

/** `surplus`: by how much the whole output of an axis is longer than input length · stride. */
function cutOff(padding: Padding, surplus: number): readonly [before: number, after: number] {
  if (padding === "valid") return [0, 0];
  if (typeof padding === "number") return [padding, padding];
  if (padding !== "same") return padding;
  // A kernel shorter than the stride leaves too few: the rest is zeros at the end.
  return surplus < 0 ? [0, surplus] : [Math.floor(surplus / 2), Math.ceil(surplus / 2)];
}
