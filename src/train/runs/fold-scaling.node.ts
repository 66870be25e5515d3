import { momentsOf } from "../../beats/index.ts";
import { UserError } from "../../core/errors.ts";
import { columnScaling, openDataRows } from "../../signal/index.ts";
import type { ExampleSet } from "../examples/example-set.node.ts";
import type { TrainingData } from "../batches/training-data.ts";

interface FoldToScale {
  readonly examples: Pick<ExampleSet, "scaling" | "input">;
  /** Rows. */
  readonly train: Int32Array;
}

/** The data as a fold's net reads them: scaled by its training part where the examples ask for that. */
export function scaleForFold(data: TrainingData, fold: FoldToScale): TrainingData {
  const scaling = scalings[fold.examples.scaling](data, fold);
  return scaling === undefined ? data : { ...data, scaling };
}

const scalings: Readonly<
  Record<ExampleSet["scaling"], (data: TrainingData, fold: FoldToScale) => TrainingData["scaling"]>
> = {
  none: () => undefined,
  one: (data, { examples, train }) => {
    const { valuesOf } = openDataRows(data, { ...examples.input, extras: [] });
    const { mean, deviation } = momentsOf(Array.from(train, valuesOf));
    if (!(deviation > 0 && Number.isFinite(deviation))) {
      throw new UserError(
        `Cannot normalise by the dataset: expected training samples that vary, found a standard deviation of ${deviation}.`,
      );
    }
    return { mean: [mean], deviation: [deviation] };
  },
  // Channels of one sample, so a row is its channels.
  channel: ({ inputs }, { examples, train }) =>
    columnScaling(inputs, { columns: examples.input.channels, rows: train }),
};
