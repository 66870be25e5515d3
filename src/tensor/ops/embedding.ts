import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { constant } from "../leaves.ts";
import { describeShape, float, sizeOf } from "../shapes.ts";
import type { Op, Tensor } from "../tensor.ts";

/** indices […], table [row, feature] → […, feature] */
export const embeddingOp: Op<undefined> = {
  name: "embedding",
  infer: ({ inputs: [indices, table] }) => {
    if (indices!.dtype !== "int64" && indices!.dtype !== "int32") {
      throw shapeError("row numbers of type int64 or int32", indices!.dtype);
    }
    if (table!.shape.length !== 2) throw shapeError("a table [row, feature]", describeShape(table!.shape));
    return [float([...indices!.shape, table!.shape[1]!])];
  },
  encode: (_, { emit, inputs }) => [emit("Gather", [inputs[1]!, inputs[0]!], { axis: 0 })],
  gradient: ({ inputs: [indices, table] }, { slope, wanted }) => [
    undefined,
    wanted[1]!
      ? applyOne(embeddingGradientOp, [indices!, slope], { attributes: { rows: table!.shape[0]! } })
      : undefined,
  ],
};

/** Up to this many rows the product with a matrix of zeros and ones is faster than scattering. */
const mostRowsAsProduct = 256;

/** Adds the slopes […, feature] of each row of the table: → [row, feature]. */
export const embeddingGradientOp: Op<{ readonly rows: number }> = {
  name: "embeddingGradient",
  infer: ({ inputs: [, slope], attributes: { rows } }) => [float([rows, slope!.shape.at(-1)!])],
  // ONNX Runtime's `ScatterND` would be the fastest, but adds wrongly with more than one thread inside operators.
  encode: ({ inputs: [indices, slope], attributes: { rows } }, { emit, inputs, constant }) => {
    const count = sizeOf(indices!.shape);
    const features = slope!.shape.at(-1)!;
    const shape = (...sizes: readonly number[]) => constant(BigInt64Array.from(sizes, BigInt), [sizes.length]);
    const slopes = emit("Reshape", [inputs[1]!, shape(count, features)]);
    if (rows > mostRowsAsProduct) {
      const zeros = emit("Expand", [constant(Float32Array.of(0), []), shape(rows, features)]);
      const places = emit("Expand", [emit("Reshape", [inputs[0]!, shape(count, 1)]), shape(count, features)]);
      return [emit("ScatterElements", [zeros, places, slopes], { axis: 0, reduction: "add" })];
    }
    const numbers = Array.from({ length: rows }, (_, row) => row);
    const all =
      indices!.dtype === "int64"
        ? constant(BigInt64Array.from(numbers, BigInt), [rows, 1])
        : constant(Int32Array.from(numbers), [rows, 1]);
    const hits = emit("Equal", [all, emit("Reshape", [inputs[0]!, shape(1, count)])]);
    return [emit("MatMul", [emit("Cast", [hits], { to: 1 }), slopes])];
  },
};

/** Rows of a table [row, feature] by number: indices […] of int64 or int32 → […, feature]. */
export function embedding(indices: Tensor, table: Tensor, { name }: OpOptions = {}): Tensor {
  return applyOne(embeddingOp, [indices, table], { attributes: undefined, name });
}

/**
 * Sines and cosines of falling frequencies by place [time, feature] (Vaswani 2017): even features sin(t / 10000^(2i/d)),
 * odd ones the cosine of the same angle.
 */
export function sinusoidalPositions(time: number, features: number): Tensor {
  const values = Float32Array.from({ length: time * features }, (_, place) => {
    const [t, feature] = [Math.floor(place / features), place % features];
    const angle = t / 10000 ** ((2 * Math.floor(feature / 2)) / features);
    return feature % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
  return constant(values, [time, features]);
}
