import type { Tensor } from "../tensor.ts";
import type { WindowAttributes } from "../windows.ts";
import { reshape } from "../ops/reshape.ts";

/** x [channel, time, batch] as one image [1, channel, time, batch]: windows that are one column wide see no other row. */
export function asPlane(x: Tensor): Tensor {
  return reshape(x, [1, ...x.shape]);
}

/** A window over time as one over the plane of time and batch; where it names the input's size, that of `plane`. */
export function planeWindow<Attributes extends WindowAttributes>(attributes: Attributes, plane: Tensor): Attributes {
  const { size, stride, dilation, before, after } = attributes;
  const inputSize = "inputSize" in attributes ? (attributes.inputSize as readonly number[]) : undefined;
  return {
    ...attributes,
    size: [size[0]!, 1],
    stride: [stride[0]!, 1],
    dilation: [dilation[0]!, 1],
    before: [before[0]!, 0],
    after: [after[0]!, 0],
    ...(inputSize === undefined ? {} : { inputSize: [inputSize[0]!, plane.shape[3]!] }),
  };
}
