import type { Tensor } from "../tensor.ts";
import { moveBatchLast } from "./batch-last.ts";
import { poolBeforeRelu } from "./pool-before-relu.ts";
import { moveTimeFirst } from "./time-first.ts";

/**
 * The same graph, written so that it runs fast on a CPU. For graphs of a fixed batch that are run many times, as in
 * training; models that are passed on keep the plain form.
 */
export function formulate(outputs: readonly Tensor[]): Tensor[] {
  return moveBatchLast(poolBeforeRelu(moveTimeFirst(outputs)));
}
