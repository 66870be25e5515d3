import { copyBytes } from "../../core/copy-bytes.ts";
import { FormatError } from "../../core/errors.ts";
import { halfToFloat } from "../float16.ts";
import { type OnnxTensor, onnxDataTypes } from "../onnx/model.ts";
import { describeShape, sizeOf } from "../shapes.ts";

export type KnownType = "float32" | "float16" | "double" | "int64" | "int32" | "uint8" | "bool";

/** A tensor whose values are known when the file is read: a constant of the file, or what was computed from such. */
export interface Known {
  readonly dtype: KnownType;
  /** May hold sizes of 0. */
  readonly shape: readonly number[];
  /** In row-major order; integers are exact to 2⁵³. */
  readonly values: ArrayLike<number>;
}

/** No tensor of a file may claim more values than this, about what an engine could address. */
const mostValues = 2 ** 31;

export function checkSizes(what: string, shape: readonly number[]): void {
  const good = shape.every((size) => Number.isSafeInteger(size) && size >= 0) && sizeOf(shape) <= mostValues;
  if (!good) {
    throw new FormatError(
      `Cannot read ONNX ${what}: expected at most 2³¹ values and no size below 0, found shape ${describeShape(shape)}.`,
    );
  }
}

const typeNames = new Map<number, KnownType>(
  Object.entries(onnxDataTypes).map(([name, number]) => [number, name as KnownType]),
);

/** "float32", or "type 8" for what is not supported. */
export function describeDataType(type: number): string {
  return typeNames.get(type) ?? `type ${type}`;
}

export function knownTypeOf(type: number): KnownType | undefined {
  return typeNames.get(type);
}

/**
 * The values of a tensor of an ONNX file.
 * @throws FormatError where they are elsewhere, of a type that is not supported, or do not fill the shape.
 */
export function readTensorValues(tensor: OnnxTensor, what = `tensor "${tensor.name ?? ""}"`): Known {
  const { dims, dataType = 0, rawData, dataLocation = 0, segment } = tensor;
  const dtype = knownTypeOf(dataType);
  if (dtype === undefined) {
    const known = [...typeNames.values()].join(", ");
    throw new FormatError(`Cannot read ONNX ${what}: expected one of ${known}, found type ${dataType}.`);
  }
  if (dataLocation !== 0) {
    throw new FormatError(
      `Cannot read ONNX ${what}: expected its values in the file itself, found them in another file (external data).`,
    );
  }
  if (segment !== undefined) {
    throw new FormatError(`Cannot read ONNX ${what}: expected a whole tensor, found a segment of one.`);
  }
  checkSizes(what, dims);
  const lists = { floatData: tensor.floatData, int32Data: tensor.int32Data, int64Data: tensor.int64Data };
  const filled = Object.entries({ ...lists, doubleData: tensor.doubleData }).filter(
    ([, list]) => (list ?? []).length > 0,
  );
  const field = fieldOfType[dtype];
  const wrong = filled.find(([name]) => rawData !== undefined || name !== field);
  if (wrong !== undefined) {
    throw new FormatError(
      `Cannot read ONNX ${what}: expected ${dtype} values in ${rawData === undefined ? field : "rawData alone"}, found some in ${wrong[0]}.`,
    );
  }
  const values = rawData === undefined ? fromList(tensor[field] ?? [], dtype) : fromBytes(rawData, dtype);
  const wanted = sizeOf(dims);
  if (values?.length !== wanted) {
    const found = values === undefined ? `${rawData?.length} bytes` : `${values.length}`;
    throw new FormatError(
      `Cannot read ONNX ${what}: expected ${wanted} ${dtype} values for shape ${describeShape(dims)}, found ${found}.`,
    );
  }
  return { dtype, shape: dims, values };
}

/** Where values lie that are not in `rawData`, by type. */
const fieldOfType = {
  float32: "floatData",
  float16: "int32Data",
  double: "doubleData",
  int64: "int64Data",
  int32: "int32Data",
  uint8: "int32Data",
  bool: "int32Data",
} as const;

function fromList(list: readonly number[], dtype: KnownType): ArrayLike<number> {
  if (dtype === "float32") return Float32Array.from(list);
  return dtype === "float16" ? Float32Array.from(list, halfToFloat) : list;
}

/** `undefined` where the bytes are not a whole number of values. */
function fromBytes(bytes: Uint8Array, dtype: KnownType): ArrayLike<number> | undefined {
  const width = { float32: 4, float16: 2, double: 8, int64: 8, int32: 4, uint8: 1, bool: 1 }[dtype];
  if (bytes.length % width !== 0) return undefined;
  // A copy, since the values of a file need not lie at multiples of their width.
  const { buffer } = copyBytes(bytes);
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer);
    case "float16":
      return Float32Array.from(new Uint16Array(buffer), halfToFloat);
    case "double":
      return new Float64Array(buffer);
    case "int64":
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case "int32":
      return new Int32Array(buffer);
    case "uint8":
      return new Uint8Array(buffer);
    case "bool":
      return Uint8Array.from(new Uint8Array(buffer), (byte) => (byte === 0 ? 0 : 1));
  }
}
