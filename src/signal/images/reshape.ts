import { UserError } from "../../core/errors.ts";
import { defineImageEncoder } from "./image-encoder.ts";
import { aggregate, pieceBounds } from "./piecewise-aggregate.ts";

/** The signal itself, row after row; where it has more samples than the image, their means over as many pieces. */
export const reshape = defineImageEncoder("reshape", {}, (_, { samples: length, rows, columns }) => {
  const count = rows * columns;
  if (count > length) {
    throw new UserError(
      `Cannot reshape a signal into ${rows} × ${columns}: expected at least ${count} samples, found ${length}.`,
    );
  }
  const bounds = pieceBounds(length, count);
  const means = new Float64Array(count);
  return (samples, image) => {
    aggregate(samples, bounds, means);
    image.set(means);
  };
});
