import { type Tensor, add } from "../../tensor/index.ts";
import type { LayerScope } from "./layer-context.ts";
import { type Fans, type WeightStart, startOf } from "./weight-start.ts";

/** What layers with a kernel are given about their weights. */
export interface WeightOptions {
  /** Adds a learnt number per filter or unit; true unless said otherwise. */
  readonly bias?: boolean;
  readonly initialise?: WeightStart;
  /** 0 unless said otherwise; "pytorch" for that of PyTorch's layers. */
  readonly biasInitialise?: WeightStart;
  /** L2 penalty on the kernel: the loss grows by `l2` times the sum of its squares. */
  readonly l2?: number;
}

interface KernelOptions extends WeightOptions {
  readonly shape: readonly number[];
  readonly fans: Fans;
  readonly initialise: WeightStart;
  /** `weight` where absent. */
  readonly part?: string;
}

/** The kernel of a layer. */
export function kernelOf(
  scope: LayerScope,
  { shape, fans, initialise, l2 = 0, part = "weight" }: KernelOptions,
): Tensor {
  const weight = scope.parameter(part, shape, { initialise: startOf(initialise, fans), decays: true });
  scope.penalise(weight, l2);
  return weight;
}

/** y plus a bias of `shape`, which broadcasts to it. */
export function withBias(
  y: Tensor,
  scope: LayerScope,
  { bias = true, biasInitialise = "zeros", shape, fans }: WeightOptions & Pick<KernelOptions, "shape" | "fans">,
): Tensor {
  if (!bias) return y;
  const values = scope.parameter("bias", shape, { initialise: startOf(biasInitialise, fans) });
  return add(y, values, { name: scope.name });
}
