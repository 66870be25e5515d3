import type { Node, Op, Tensor } from "../tensor.ts";
import { rewrite } from "./rewrite.ts";
import { tensorMath } from "../math.ts";
import { batchNormTrainingOp } from "../ops/batch-norm-training.ts";
import { greater, sub } from "../ops/binary.ts";
import { reduceMax, reduceSum } from "../ops/reduce.ts";
import { logSoftmaxOp } from "../ops/softmax.ts";
import { cast, exp, log, signOp } from "../ops/unary.ts";
import { constant } from "../leaves.ts";

/** An op written with others, for a GPU that has no kernel for it. */
type Replacement = (node: Node, inputs: readonly Tensor[]) => readonly Tensor[];

const replacements = new Map<Op<never>, Replacement>([
  [
    logSoftmaxOp,
    ({ attributes }, [x]) => {
      const options = { axes: [(attributes as { readonly axis: number }).axis], keepDims: true };
      const shifted = sub(x!, reduceMax(x!, options));
      return [sub(shifted, log(reduceSum(exp(shifted), options)))];
    },
  ],
  [
    signOp,
    (_, [x]) => {
      const zero = constant([0], []);
      return [sub(cast(greater(x!, zero), "float32"), cast(greater(zero, x!), "float32"))];
    },
  ],
  // ONNX Runtime takes the node at first, and says when it runs that WebGPU has it for inference only.
  [
    batchNormTrainingOp,
    (node, inputs) => batchNormTrainingOp.lower!({ ...node, inputs } as Node<{ readonly epsilon: number }>, tensorMath),
  ],
]);

/**
 * The same graph without the ops for which ONNX Runtime's WebGPU provider has no kernel: each of them would be computed on
 * the CPU, with its values copied there and back and the GPU waiting meanwhile.
 */
export function formulateForGpu(outputs: readonly Tensor[]): Tensor[] {
  return rewrite(outputs, (node, now) => replacements.get(node.op)?.(node, node.inputs.map(now)));
}
