import { type OrtLike, createExecutor } from "../tensor/index.ts";
import { mostLikely } from "./validation.ts";

/** Rows that models are compared on. */
export interface ComparedRows {
  /** [row, channel, sample] of all rows. */
  readonly inputs: Float32Array;
  /** Those to take. */
  readonly rows: ArrayLike<number>;
  /** Values of one row. */
  readonly rowLength: number;
  readonly classCount: number;
}

/** How far two models' answers are apart. */
export interface ModelDifference {
  readonly rows: number;
  /** Greatest absolute difference between probabilities. */
  readonly largestDifference: number;
  /** Rows whose most likely class is another. */
  readonly changedDecisions: number;
}

const batch = 256;

/** Runs two models, `x` → `probabilities` [row, class], on the same rows. */
export async function compareModels(
  ort: OrtLike,
  { models, ...rows }: { readonly models: readonly [Uint8Array, Uint8Array] } & ComparedRows,
): Promise<ModelDifference> {
  const { classCount } = rows;
  const [first, second] = [await score(ort, models[0], rows), await score(ort, models[1], rows)];
  const [before, after] = [mostLikely(first, classCount), mostLikely(second, classCount)];
  return {
    rows: rows.rows.length,
    largestDifference: first.reduce((most, value, i) => Math.max(most, Math.abs(value - second[i]!)), 0),
    changedDecisions: before.reduce((count, label, row) => count + (label === after[row] ? 0 : 1), 0),
  };
}

async function score(ort: OrtLike, model: Uint8Array, given: ComparedRows): Promise<Float32Array> {
  const { inputs, rows, rowLength, classCount } = given;
  const executor = await createExecutor(ort, model);
  const all = new Float32Array(rows.length * classCount);
  try {
    for (let start = 0; start < rows.length; start += batch) {
      const count = Math.min(batch, rows.length - start);
      const x = new Float32Array(count * rowLength);
      for (let i = 0; i < count; i++) {
        const row = rows[start + i]!;
        x.set(inputs.subarray(row * rowLength, (row + 1) * rowLength), i * rowLength);
      }
      const probabilities = new Float32Array(count * classCount);
      await executor.run({ x }, { probabilities });
      all.set(probabilities, start * classCount);
    }
  } finally {
    await executor.close();
  }
  return all;
}
