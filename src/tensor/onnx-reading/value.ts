import { UserError } from "../../core/errors.ts";
import { constant } from "../leaves.ts";
import type { ConstantValues, Tensor } from "../tensor.ts";
import type { Known, KnownType } from "./known.ts";

/** What a name of an ONNX graph stands for while the graph is read. */
export interface Value {
  readonly dtype: KnownType;
  readonly shape: readonly number[];
  /** As a part of the graph. @throws UserError where its type has no place in one. */
  tensor(): Tensor;
  /** Values that may be computed with while reading: shapes and constants, not weights. */
  readonly known: Known | undefined;
  /** Values where an op wants them fixed, also those of weights; `undefined` for what is computed at run time. */
  fixed(): Known | undefined;
}

/** A value that is computed at run time. */
export function computed(tensor: Tensor): Value {
  return { dtype: tensor.dtype, shape: tensor.shape, tensor: () => tensor, known: undefined, fixed: () => undefined };
}

/** A value that is known now; it becomes a constant where the graph needs it. */
export function knownValue(known: Known): Value {
  let made: Tensor | undefined;
  return {
    dtype: known.dtype,
    shape: known.shape,
    tensor: () => (made ??= constant(constantValues(known), known.shape)),
    known,
    fixed: () => known,
  };
}

function constantValues({ dtype, values }: Known): ConstantValues {
  switch (dtype) {
    case "float32":
    case "float16":
      return Float32Array.from(values);
    case "int64":
      if (!Array.from(values).every(Number.isSafeInteger)) {
        throw new UserError("Cannot read ONNX constants: expected integers below 2⁵³, found a greater one.");
      }
      return BigInt64Array.from(Array.from(values), BigInt);
    case "int32":
      return Int32Array.from(values);
    case "bool":
      return Uint8Array.from(values);
    default:
      throw new UserError(
        `Cannot read ONNX constants: expected float32, float16, int64, int32 or bool, found ${dtype}.`,
      );
  }
}

export const int64s = (values: ArrayLike<number>, shape: readonly number[] = [values.length]): Value =>
  knownValue({ dtype: "int64", shape, values });
