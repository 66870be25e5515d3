import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { quantileOfSorted } from "../quantiles.ts";
import { defineImageEncoder } from "./image-encoder.ts";
import { aggregate, pieceBounds } from "./piecewise-aggregate.ts";

/**
 * Recurrence plot (Eckmann 1987): the Euclidean distance between the states at the row's and the column's time. A state is
 * `dimension` values of the signal, `delay` apart. The signal is first brought to as many means over pieces as an axis needs.
 */
export const recurrencePlot = defineImageEncoder(
  "recurrence",
  {
    dimension: z.int().min(1).max(32).default(1),
    delay: z.int().min(1).default(1),
    /**
     * Absent: distances as they are. Otherwise 1 where a distance is smaller than this: a `value` in the signal's unit, a share
     * of the greatest distance, or the distance that a share of all points is below.
     */
    threshold: z
      .discriminatedUnion("by", [
        z.strictObject({ by: z.literal("value"), value: z.number().positive() }),
        z.strictObject({ by: z.literal("distance"), share: z.number().min(0).max(1) }),
        z.strictObject({ by: z.literal("points"), share: z.number().min(0).max(1) }),
      ])
      .optional(),
  },
  ({ dimension, delay, threshold }, { samples: length, rows, columns }) => {
    const extra = (dimension - 1) * delay;
    if (Math.max(rows, columns) + extra > length) {
      throw new UserError(
        `Cannot make a recurrence plot: expected a signal of at least ${Math.max(rows, columns) + extra} samples ` +
          `for ${rows} × ${columns} states of ${dimension} values, ${delay} apart, found ${length}.`,
      );
    }
    const [boundsDown, boundsAcross] = [pieceBounds(length, rows + extra), pieceBounds(length, columns + extra)];
    const [down, across] = [new Float64Array(rows + extra), new Float64Array(columns + extra)];
    const distances = new Float64Array(rows * columns);
    const sorted = threshold?.by === "points" ? new Float64Array(rows * columns) : undefined;
    const limitOf = () => {
      if (threshold === undefined) return undefined;
      if (threshold.by === "value") return threshold.value;
      if (threshold.by === "distance") return threshold.share * distances.reduce((a, b) => Math.max(a, b), 0);
      sorted!.set(distances);
      return quantileOfSorted(sorted!.sort(), threshold.share);
    };
    return (samples, image) => {
      aggregate(samples, boundsDown, down);
      aggregate(samples, boundsAcross, across);
      for (let r = 0, at = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++, at++) {
          let squares = 0;
          for (let k = 0; k <= extra; k += delay) {
            const difference = down[r + k]! - across[c + k]!;
            squares += difference * difference;
          }
          distances[at] = Math.sqrt(squares);
        }
      }
      const limit = limitOf();
      for (let at = 0; at < image.length; at++) {
        image[at] = limit === undefined ? distances[at]! : distances[at]! < limit ? 1 : 0;
      }
    };
  },
);
