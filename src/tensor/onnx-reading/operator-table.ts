import type { OperatorReader } from "./operator-call.ts";
import { constantReaders } from "./operators/constants.ts";
import { elementwiseReaders } from "./operators/elementwise.ts";
import { gatherReaders } from "./operators/gathers.ts";
import { layoutReaders } from "./operators/layout.ts";
import { normReaders } from "./operators/norms.ts";
import { poolReaders } from "./operators/pools.ts";
import { productReaders } from "./operators/products.ts";
import { rangeReaders } from "./operators/ranges.ts";
import { recurrentReaders } from "./operators/recurrent.ts";
import { reductionReaders } from "./operators/reductions.ts";
import { windowReaders } from "./operators/windows.ts";

/** Every ONNX operator that is read, by its name. */
export const operatorTable: ReadonlyMap<string, OperatorReader> = new Map(
  Object.entries({
    ...constantReaders,
    ...elementwiseReaders,
    ...gatherReaders,
    ...layoutReaders,
    ...normReaders,
    ...poolReaders,
    ...productReaders,
    ...rangeReaders,
    ...recurrentReaders,
    ...reductionReaders,
    ...windowReaders,
  }),
);
