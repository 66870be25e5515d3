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
  const draw = drawer(source.initialise, random);
  return Float32Array.from({ length: sizeOf(shape) }, draw);
}

function drawer(initialise: Initialiser, random: Random): () => number {
  const uniform = (limit: number) => () => (2 * random.uniform() - 1) * limit;
  const normal = (standardDeviation: number) => () => random.normal() * standardDeviation;
  switch (initialise.kind) {
    case "constant":
      return () => initialise.value;
    case "uniform":
      return () => initialise.low + random.uniform() * (initialise.high - initialise.low);
    case "normal":
      return () => initialise.mean + random.normal() * initialise.standardDeviation;
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
