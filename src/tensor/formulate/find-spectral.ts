import type { Node, Tensor } from "../tensor.ts";
import type { WindowAttributes } from "../windows.ts";
import { convolutionInputGradientOp, convolutionWeightGradientOp } from "../ops/convolution-gradients.ts";

/** A convolution that is worth writing with discrete Fourier transforms, or a gradient of one. */
export interface SpectralNode {
  /** Samples of the transforms; all that read one input, and both gradients, have the same. */
  readonly size: number;
}

/** What a multiply-add of an unfolded long kernel costs, unfolding included, in multiply-adds of a transform. */
const unfoldingCost = 1.5;

/** For shorter kernels ONNX Runtime's convolution has the better products, whatever the count says (docs/log.md). */
const shortestKernel = 16;

/**
 * The convolutions of long kernels: those for which transforming input and output by matrix products and multiplying the
 * spectra takes fewer multiply-adds than the kernel has.
 */
export function findSpectral(nodes: readonly Node[]): ReadonlyMap<Node, SpectralNode> {
  const chosen = nodes.filter(isWorthwhile);
  /** What shares a size: the input of convolutions and of kernels' gradients, and through it their kernels. */
  const sizeOfInput = new Map<Tensor, number>();
  for (const node of chosen) {
    if (node.op === convolutionInputGradientOp) continue;
    const x = node.inputs[0]!;
    sizeOfInput.set(x, Math.max(sizeOfInput.get(x) ?? 0, leastSize(node)));
  }
  const sizeOfKernel = new Map<Tensor, number>();
  for (const node of chosen) {
    if (node.op === convolutionInputGradientOp || node.op === convolutionWeightGradientOp) continue;
    const kernel = node.inputs[1]!;
    sizeOfKernel.set(kernel, Math.max(sizeOfKernel.get(kernel) ?? 0, sizeOfInput.get(node.inputs[0]!)!));
  }
  return new Map(
    chosen.map((node) => {
      const shared =
        node.op === convolutionInputGradientOp ? sizeOfKernel.get(node.inputs[1]!) : sizeOfInput.get(node.inputs[0]!);
      return [node, { size: Math.max(shared ?? 0, leastSize(node)) }];
    }),
  );
}

function isWorthwhile(node: Node): boolean {
  const { stride, dilation } = node.attributes as WindowAttributes;
  const { filters, channels, taps, length } = sizesOf(node);
  if (stride[0] !== 1 || dilation[0] !== 1 || taps < shortestKernel) return false;
  const size = leastSize(node);
  const direct = filters * channels * taps * length;
  const transforms = (filters + channels) * length * size + 2 * filters * channels * size;
  return direct * unfoldingCost > transforms;
}

/** An even size at which nothing that a kernel reaches wraps around. */
function leastSize(node: Node): number {
  const { before } = node.attributes as WindowAttributes;
  const { taps, length, outputs } = sizesOf(node);
  const reach = Math.max(length + before[0]!, outputs + taps - 1 - before[0]!);
  return Math.ceil(reach / 2) * 2;
}

function sizesOf({ op, inputs, outputs }: Node) {
  const kernel = op === convolutionWeightGradientOp ? outputs[0]! : inputs[1]!;
  const [x, y] =
    op === convolutionInputGradientOp
      ? [outputs[0]!, inputs[0]!]
      : [inputs[0]!, op === convolutionWeightGradientOp ? inputs[1]! : outputs[0]!];
  const [filters, channels, taps] = kernel.shape as [number, number, number];
  return { filters, channels, taps, length: x.shape[2]!, outputs: y.shape[2]! };
}
