import { UserError } from "../core/errors.ts";
import {
  type Tensor,
  elu,
  gelu,
  leakyRelu,
  mish,
  relu,
  reshape,
  sigmoid,
  silu,
  softplus,
  tanh,
} from "../tensor/index.ts";

// What a model is written with beside layers: everything here is in the `ops` that `build` is given.
export {
  abs,
  adaptiveAveragePool,
  adaptiveMaxPool,
  add,
  attention,
  averagePool,
  broadcastTo,
  cast,
  concat,
  concatPool,
  constant,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  div,
  elu,
  equal,
  erf,
  exp,
  flip,
  gelu,
  globalAveragePool,
  globalMaxPool,
  greater,
  leakyRelu,
  log,
  logSoftmax,
  matmul,
  maxPool,
  maximum,
  minimum,
  mish,
  mul,
  neg,
  pad,
  parameter,
  pow,
  reduceMax,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  scale,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
  split,
  sqrt,
  square,
  sub,
  tanh,
  transpose,
  where,
} from "../tensor/index.ts";

/** x [batch, …] → [batch, feature]: everything but the batch in one axis. */
export function flatten(x: Tensor): Tensor {
  const [batch = 1, ...rest] = x.shape;
  return reshape(x, [batch, rest.reduce((product, size) => product * size, 1)]);
}

/** Activations that a setting can name. */
export const activations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  relu: (x) => relu(x),
  leakyRelu: (x) => leakyRelu(x),
  elu: (x) => elu(x),
  gelu: (x) => gelu(x),
  silu: (x) => silu(x),
  mish: (x) => mish(x),
  softplus: (x) => softplus(x),
  sigmoid: (x) => sigmoid(x),
  tanh: (x) => tanh(x),
  linear: (x) => x,
};

/** An activation by name. @throws UserError that lists the known ones. */
export function activate(x: Tensor, name: string): Tensor {
  const found = Object.hasOwn(activations, name) ? activations[name] : undefined;
  if (found !== undefined) return found(x);
  throw new UserError(`Cannot find activation "${name}": expected one of ${Object.keys(activations).join(", ")}.`);
}
