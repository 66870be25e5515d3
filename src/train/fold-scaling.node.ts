import { momentsOf } from "../beats/index.ts";
import { UserError } from "../core/errors.ts";
import { openDataRows } from "../signal/index.ts";
import type { ExampleSet } from "./examples/example-set.node.ts";
import type { TrainingData } from "./training-data.ts";

/** The data as a fold's net reads them: by one mean and one standard deviation of all its training samples and leads where that is asked for. */
export function scaleForFold(
  data: TrainingData,
  { examples, train }: { readonly examples: Pick<ExampleSet, "scaled" | "input">; readonly train: Int32Array },
): TrainingData {
  if (!examples.scaled) return data;
  const { valuesOf } = openDataRows(data, { ...examples.input, extras: [] });
  const { mean, deviation } = momentsOf(Array.from(train, valuesOf));
  if (!(deviation > 0 && Number.isFinite(deviation))) {
    throw new UserError(
      `Cannot normalise by the dataset: expected training samples that vary, found a standard deviation of ${deviation}.`,
    );
  }
  return { ...data, scaling: { mean: [mean], deviation: [deviation] } };
}
