import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { describeShape, float, sizeOf } from "../shapes.ts";
import type { Op, OpCall, Tensor } from "../tensor.ts";
import {
  type Padding,
  type PerAxis,
  type WindowAttributes,
  paddingPerAxis,
  perAxis,
  resolvePadding,
  windowCount,
  windowOnnxAttributes,
} from "../windows.ts";

export const convolutionOp: Op<WindowAttributes> = {
  name: "convolution",
  infer: ({ inputs, attributes }) => {
    const [x, weight] = inputs;
    const rank = attributes.size.length;
    checkWindow(attributes);
    if (x!.shape.length !== rank + 2) throw shapeError(`an input of ${rank + 2} axes`, describeShape(x!.shape));
    const channels = weight!.shape[1]! * attributes.groups;
    if (x!.shape[1] !== channels) throw shapeError(`${channels} input channels`, x!.shape[1]!);
    if (weight!.shape[0]! % attributes.groups !== 0) {
      throw shapeError(`a multiple of ${attributes.groups} filters`, weight!.shape[0]!);
    }
    return [float([x!.shape[0]!, weight!.shape[0]!, ...outputSizes({ inputs, attributes })])];
  },
  encode: ({ attributes }, { emit, inputs }) => [
    emit("Conv", inputs, { ...windowOnnxAttributes(attributes), group: attributes.groups }),
  ],
  multiplyAdds: ({ inputs: [, weight], outputs: [y] }) =>
    (sizeOf(y!.shape) * sizeOf(weight!.shape)) / weight!.shape[0]!,
  gradient: ({ inputs: [x, weight], attributes }, { slope, wanted, math }) => [
    wanted[0]!
      ? math.convolutionInputGradient(slope, weight!, { ...attributes, inputSize: x!.shape.slice(2) })
      : undefined,
    wanted[1]! ? math.convolutionWeightGradient(x!, slope, attributes) : undefined,
  ],
};

function outputSizes({ inputs: [x], attributes }: OpCall<WindowAttributes>): number[] {
  return x!.shape.slice(2).map((length, axis) => {
    const count = windowCount(length, attributes, axis);
    if (count < 1) {
      const reach = (attributes.size[axis]! - 1) * attributes.dilation[axis]! + 1;
      throw shapeError(
        `at least ${reach} samples with padding`,
        length + attributes.before[axis]! + attributes.after[axis]!,
      );
    }
    return count;
  });
}

export interface ConvolutionOptions extends OpOptions {
  readonly stride?: PerAxis<number>;
  readonly dilation?: PerAxis<number>;
  readonly padding?: PerAxis<Padding>;
  readonly groups?: number;
}

/** For shape rules: settings that are there for each axis and make sense. */
export function checkWindow({ size, stride, dilation, groups }: WindowAttributes): void {
  for (const [what, values] of Object.entries({ stride, dilation })) {
    if (values.length !== size.length) throw shapeError(`a ${what} for each of ${size.length} axes`, values.length);
    const wrong = values.find((value) => !(Number.isInteger(value) && value > 0));
    if (wrong !== undefined) throw shapeError(`a ${what} of at least 1`, wrong);
  }
  if (!(Number.isInteger(groups) && groups > 0)) throw shapeError("at least one group", groups);
}

/** x [batch, channel, sample], weight [filter, channel / groups, tap] → [batch, filter, sample']. */
export function conv1d(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  return convolve(x, weight, options);
}

/** x [batch, channel, row, column], weight [filter, channel / groups, row, column] → [batch, filter, row', column']. */
export function conv2d(x: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  return convolve(x, weight, options);
}

function convolve(x: Tensor, weight: Tensor, options: ConvolutionOptions): Tensor {
  const { stride = 1, dilation = 1, padding = "valid", groups = 1, name } = options;
  const size = weight.shape.slice(2);
  const strides = perAxis(stride, size.length);
  const dilations = perAxis(dilation, size.length);
  const paddings = paddingPerAxis(padding, size.length);
  const pads = size.map((taps, i) =>
    resolvePadding({
      length: x.shape[i + 2] ?? 0,
      size: taps,
      stride: strides[i] ?? 1,
      dilation: dilations[i] ?? 1,
      padding: paddings[i] ?? "valid",
    }),
  );
  const attributes = {
    size,
    stride: strides,
    dilation: dilations,
    before: pads.map(([before]) => before),
    after: pads.map(([, after]) => after),
    groups,
  };
  return applyOne(convolutionOp, [x, weight], { attributes, name });
}
