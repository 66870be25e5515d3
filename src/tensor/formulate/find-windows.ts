import type { Node, Tensor } from "../tensor.ts";
import type { WindowAttributes } from "../windows.ts";
import { convolutionInputGradientOp, convolutionWeightGradientOp } from "../ops/convolution-gradients.ts";
import { convolutionOp } from "../ops/convolution.ts";
import { averagePoolGradientOp, maxPoolGradientOp } from "../ops/pooling-gradients.ts";
import { averagePoolOp, maxPoolOp } from "../ops/pooling.ts";

/** The convolutions and pools of a graph that are worth writing with the batch last. */
export interface Windows {
  /** Convolutions along time, and their gradients, that unfold to few values. */
  readonly small: ReadonlySet<Node>;
  /** All other convolutions along time, and their gradients. */
  readonly wide: ReadonlySet<Node>;
  /**
   * Tensors that are only ever read at every s-th time, for each phase: what goes into a pool of size and stride s, and
   * the slope that comes out of it. They are kept as s tensors and never woven together.
   */
  readonly split: ReadonlyMap<Tensor, number>;
  isPool(node: Node): boolean;
  isWeightGradient(node: Node): boolean;
}

/** Above these sizes ONNX Runtime's own convolution is faster than unfolding: values per unfolded column, and filters. */
const largestColumn = 192;
const mostFilters = 64;

export function findWindows(
  nodes: readonly Node[],
  { readers, kept }: { readonly readers: ReadonlyMap<Tensor, readonly Node[]>; readonly kept: ReadonlySet<Tensor> },
): Windows {
  const moved = nodes.filter(isPlainConvolution);
  const small = new Set(moved.filter(isSmall));
  const wide = new Set(moved.filter((node) => !small.has(node)));
  const split = new Map<Tensor, number>();
  for (const node of nodes) {
    const [y] = node.outputs as [Tensor];
    const users = readers.get(y) ?? [];
    if (kept.has(y) || users.length === 0) continue;
    if (node.op === convolutionOp && small.has(node)) {
      const stride = splitStride(users[0]!);
      const whole = users.every((user) => splitStride(user) === stride && user.inputs[0] === y && user.inputs[2] !== y);
      if (stride !== undefined && whole) split.set(y, stride);
    } else if (node.op === maxPoolGradientOp) {
      const stride = splitStride(node);
      if (stride !== undefined && users.every((user) => small.has(user) && readsSlopePhases(user, y)))
        split.set(y, stride);
    }
  }
  return { small, wide, split, isPool, isWeightGradient: ({ op }) => op === convolutionWeightGradientOp };
}

function isPlainConvolution({ op, attributes }: Node): boolean {
  if (op !== convolutionOp && op !== convolutionInputGradientOp && op !== convolutionWeightGradientOp) return false;
  const { size, groups } = attributes as WindowAttributes;
  return size.length === 1 && groups === 1;
}

/** Kernels of one sample are products as they are, without unfolding. */
function isSmall({ op, inputs, outputs }: Node): boolean {
  const weight = op === convolutionWeightGradientOp ? outputs[0]! : inputs[1]!;
  const [filters, channels, taps] = weight.shape as [number, number, number];
  return taps > 1 && channels * taps <= largestColumn && filters <= mostFilters;
}

const pools: readonly unknown[] = [maxPoolOp, maxPoolGradientOp, averagePoolOp, averagePoolGradientOp];

function isPool({ op, inputs }: Node): boolean {
  return pools.includes(op) && inputs[0]!.shape.length === 3;
}

/** The stride of a maximum pool, or of its gradient, whose windows lie side by side from the first value on. */
export function splitStride(node: Node): number | undefined {
  if (!isPool(node) || (node.op !== maxPoolOp && node.op !== maxPoolGradientOp)) return undefined;
  const { size, stride, dilation, before, after } = node.attributes as WindowAttributes;
  const sideBySide = size[0] === stride[0] && dilation[0] === 1 && before[0] === 0 && after[0] === 0;
  return sideBySide ? stride[0] : undefined;
}

/** Whether a convolution's gradient takes the slope in phases. */
function readsSlopePhases({ op, inputs, attributes }: Node, slope: Tensor): boolean {
  const { stride, dilation } = attributes as WindowAttributes;
  if (op === convolutionWeightGradientOp) return inputs[1] === slope && inputs[0] !== slope;
  return op === convolutionInputGradientOp && inputs[0] === slope && stride[0] === 1 && dilation[0] === 1;
}
