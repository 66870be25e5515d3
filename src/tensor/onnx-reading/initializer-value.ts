import { parameter } from "../leaves.ts";
import type { OnnxTensor } from "../onnx/model.ts";
import type { Tensor } from "../tensor.ts";
import type { Roles } from "./find-roles.ts";
import { readTensorValues } from "./known.ts";
import { type Value, knownValue } from "./value.ts";

export interface ParameterOptions {
  readonly roles: Roles;
  isParameter(name: string, shape: readonly number[]): boolean;
  /** Takes the values of those that are used. */
  readonly weights: Map<string, Float32Array>;
}

/** An initializer: a weight that starts at its values, or a constant. Weights kept as float16 are read as float32. */
export function initializerValue(tensor: OnnxTensor, { roles, isParameter, weights }: ParameterOptions): Value {
  const { name = "", dims } = tensor;
  const known = readTensorValues(tensor);
  const floats = known.dtype === "float32" || known.dtype === "float16";
  if (!floats) return knownValue(known);
  const values = known.values as Float32Array;
  if (!isParameter(name, dims) || values.length === 0) return knownValue({ ...known, dtype: "float32" });
  let made: Tensor | undefined;
  return {
    dtype: "float32",
    shape: dims,
    tensor: () => {
      weights.set(name, values);
      return (made ??= parameter(name, dims, {
        initialise: { kind: "values", values },
        trainable: !roles.statistics.has(name),
        decays: roles.kernels.has(name),
      }));
    },
    known: undefined,
    fixed: () => known,
  };
}
