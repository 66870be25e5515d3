import { defineImageEncoder, type ImageSize, type WriteImage } from "./image-encoder.ts";
import { aggregate, pieceBounds } from "./piecewise-aggregate.ts";

/**
 * Gramian angular fields (Wang & Oates 2015): each axis of the image has the signal's means over as many pieces, scaled to
 * −1 … 1; a value's angle is φ = arccos x.
 */
export const gramianAngularFields = [
  /** cos(φ of the row + φ of the column). */
  defineImageEncoder("gasf", {}, (_, size) => compileField(size, (a, b) => a.cos * b.cos - a.sin * b.sin)),
  /** sin(φ of the row − φ of the column). */
  defineImageEncoder("gadf", {}, (_, size) => compileField(size, (a, b) => a.sin * b.cos - a.cos * b.sin)),
] as const;

interface Angle {
  cos: number;
  sin: number;
}

function compileField(
  { samples: length, rows, columns }: ImageSize,
  combine: (row: Angle, column: Angle) => number,
): WriteImage {
  const [down, across] = [createAxis(length, rows), createAxis(length, columns)];
  const [row, column] = [
    { cos: 0, sin: 0 },
    { cos: 0, sin: 0 },
  ];
  return (samples, image) => {
    down.update(samples);
    across.update(samples);
    for (let r = 0, at = 0; r < rows; r++) {
      row.cos = down.cos[r]!;
      row.sin = down.sin[r]!;
      for (let c = 0; c < columns; c++, at++) {
        column.cos = across.cos[c]!;
        column.sin = across.sin[c]!;
        image[at] = combine(row, column);
      }
    }
  };
}

function createAxis(length: number, size: number) {
  const bounds = pieceBounds(length, size);
  const cos = new Float64Array(size);
  const sin = new Float64Array(size);
  const update = (samples: Float32Array) => {
    aggregate(samples, bounds, cos);
    let [least, most] = [Infinity, -Infinity];
    for (const value of cos) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    // A constant signal is −1 everywhere, as scikit-learn's scaler and so pyts have it.
    const scale = most > least ? 2 / (most - least) : 0;
    for (let i = 0; i < size; i++) {
      const value = (cos[i]! - least) * scale - 1;
      cos[i] = value;
      sin[i] = Math.sqrt(Math.max(0, 1 - value * value));
    }
  };
  return { cos, sin, update };
}
