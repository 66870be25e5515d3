import { UserError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { sizeOf } from "./shapes.ts";
import type { Initialiser, Tensor } from "./tensor.ts";

/** Starting values of a parameter, drawn in row-major order. */
export function initialiseParameter(parameter: Tensor, random: Random): Float32Array {
  const { source, shape } = parameter;
  if (source.kind !== "parameter") {
    throw new UserError(`Cannot initialise a tensor: expected a parameter, found a ${source.kind}.`);
  }
  if (source.initialise.kind === "orthogonal") return orthogonal(shape, { ...source.initialise, random });
  if (source.initialise.kind === "values") return source.initialise.values.slice();
  const draw = drawer(source.initialise, random);
  return Float32Array.from({ length: sizeOf(shape) }, draw);
}

type Drawn = Exclude<Initialiser, { readonly kind: "orthogonal" | "values" }>;

function drawer(initialise: Drawn, random: Random): () => number {
  const uniform = (limit: number) => () => (2 * random.uniform() - 1) * limit;
  const normal = (standardDeviation: number) => () => random.normal() * standardDeviation;
  switch (initialise.kind) {
    case "constant":
      return () => initialise.value;
    case "uniform":
      return () => initialise.low + random.uniform() * (initialise.high - initialise.low);
    case "normal":
      return () => initialise.mean + random.normal() * initialise.standardDeviation;
    case "truncatedNormal":
      return () => {
        let value = random.normal();
        while (Math.abs(value) > 2) value = random.normal();
        return initialise.mean + value * initialise.standardDeviation;
      };
    case "heUniform":
      return uniform(Math.sqrt(6 / initialise.fanIn));
    case "heNormal":
      return normal(Math.sqrt(2 / initialise.fanIn));
    case "lecunUniform":
      return uniform(Math.sqrt(3 / initialise.fanIn));
    case "lecunNormal":
      return normal(Math.sqrt(1 / initialise.fanIn));
    case "glorotUniform":
      return uniform(Math.sqrt(6 / (initialise.fanIn + initialise.fanOut)));
    case "glorotNormal":
      return normal(Math.sqrt(2 / (initialise.fanIn + initialise.fanOut)));
  }
}

/** A matrix [first axis, all others] of normal values, its shorter side's vectors made orthonormal (modified Gram–Schmidt). */
function orthogonal(
  shape: readonly number[],
  { gain, random }: { readonly gain: number; readonly random: Random },
): Float32Array {
  const rows = shape[0] ?? 1;
  const columns = sizeOf(shape) / rows;
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (const other of vectors) {
      const along = dot(vector, other);
      for (let i = 0; i < length; i++) vector[i]! -= along * other[i]!;
    }
    const size = Math.sqrt(dot(vector, vector));
    // As good as never: the vector lay in the span of the others.
    if (size < 1e-6) continue;
    vectors.push(vector.map((value) => value / size));
  }
  return Float32Array.from({ length: rows * columns }, (_, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    return gain * (rows <= columns ? vectors[row]![column]! : vectors[column]![row]!);
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
