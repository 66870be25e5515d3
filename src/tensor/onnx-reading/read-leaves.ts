import { FormatError, UserError } from "../../core/errors.ts";
import { input } from "../leaves.ts";
import type { OnnxGraph, OnnxValueInfo } from "../onnx/model.ts";
import { describeType } from "../shapes.ts";
import type { DType, Tensor } from "../tensor.ts";
import { findRoles } from "./find-roles.ts";
import { type ParameterOptions, initializerValue } from "./initializer-value.ts";
import { checkSizes, describeDataType, knownTypeOf } from "./known.ts";
import type { ReadOnnxOptions } from "./read-options.ts";
import { type Value, computed } from "./value.ts";

export interface LeafContext {
  readonly values: Map<string, Value>;
  readonly weights: Map<string, Float32Array>;
  readonly own: boolean;
  readonly options: ReadOnnxOptions;
}

/** A graph's initializers and inputs as values; returns the inputs by name. */
export function readLeaves(graph: OnnxGraph, { values, weights, own, options }: LeafContext): Record<string, Tensor> {
  const twice = (name: string) => {
    if (name !== "" && !values.has(name)) return;
    throw new FormatError(
      `Cannot read ONNX graph: expected inputs and initializers with names of their own, found "${name}" twice.`,
    );
  };
  if (graph.sparseInitializers !== undefined && graph.sparseInitializers.length > 0) {
    throw new UserError("Cannot read ONNX graph: expected dense initializers, found sparse ones.");
  }
  const roles = findRoles(graph);
  const isParameter: ParameterOptions["isParameter"] =
    options.isParameter ?? ((name, shape) => (own ? !/^constant_\d+$/.test(name) : shape.length > 0));
  for (const initializer of graph.initializers) {
    const { name = "" } = initializer;
    twice(name);
    values.set(name, initializerValue(initializer, { roles, isParameter, weights }));
  }
  // Older files list weights among the inputs too.
  const listed = new Set(graph.initializers.map(({ name = "" }) => name));
  const fed = graph.inputs.filter(({ name = "" }) => !listed.has(name));
  const given = givenInputs(fed, options);
  return Object.fromEntries(
    fed.map((info) => {
      const { name = "" } = info;
      twice(name);
      const tensor = given.get(name) ?? input(name, inputShape(info, options), { dtype: inputType(info) });
      checkGiven(info, tensor);
      values.set(name, computed(tensor));
      return [name, tensor];
    }),
  );
}

/** Tensors to stand in the place of the file's inputs, by name. */
function givenInputs(
  fed: readonly OnnxValueInfo[],
  { input: only, inputs = {} }: ReadOnnxOptions,
): ReadonlyMap<string, Tensor> {
  const names = fed.map(({ name = "" }) => name);
  const listed = names.length === 0 ? "none" : names.join(", ");
  if (only !== undefined) {
    if (names.length === 1) return new Map([[names[0]!, only]]);
    throw new UserError(`Cannot read ONNX graph: expected one input to give a tensor for, found ${listed}.`);
  }
  const unknown = Object.keys(inputs).find((name) => !names.includes(name));
  if (unknown === undefined) return new Map(Object.entries(inputs));
  throw new UserError(
    `Cannot read ONNX graph: expected tensors for its inputs (${listed}), found one for "${unknown}".`,
  );
}

function inputType({ name, type }: OnnxValueInfo): DType {
  const number = type?.tensor?.elementType ?? 0;
  const dtype = knownTypeOf(number);
  if (dtype === "float32" || dtype === "int64" || dtype === "int32" || dtype === "bool") return dtype;
  throw new UserError(
    `Cannot read ONNX input "${name}": expected float32, int64, int32 or bool, found ${type?.tensor === undefined ? "no tensor" : describeDataType(number)}.`,
  );
}

function inputShape({ name, type }: OnnxValueInfo, { batch, sizes = {} }: ReadOnnxOptions): number[] {
  const dims = type?.tensor?.shape?.dims;
  if (dims === undefined) throw new UserError(`Cannot read ONNX input "${name}": expected a shape, found none.`);
  const shape = dims.map(({ value, parameter = "" }, axis) => {
    const size = value ?? (Object.hasOwn(sizes, parameter) ? sizes[parameter] : axis === 0 ? batch : undefined);
    if (size !== undefined) return size;
    const wanted = axis === 0 ? "options.batch or options.sizes" : "options.sizes";
    throw new UserError(
      `Cannot read ONNX input "${name}": expected a size for its open axis ${axis}${parameter === "" ? "" : ` ("${parameter}")`} in ${wanted}, found none.`,
    );
  });
  checkSizes(`input "${name}"`, shape);
  return shape;
}

/** Whether a tensor given in place of an input fits what the file says of it. */
function checkGiven(info: OnnxValueInfo, tensor: Tensor): void {
  const dims = info.type?.tensor?.shape?.dims;
  if (dims === undefined) return;
  const fits =
    tensor.shape.length === dims.length &&
    dims.every(({ value }, axis) => value === undefined || value === tensor.shape[axis]);
  if (fits && tensor.dtype === inputType(info)) return;
  const shape = dims.map(({ value, parameter }) => value ?? parameter ?? "?").join(", ");
  throw new UserError(
    `Cannot read ONNX graph: expected ${inputType(info)}[${shape}] for input "${info.name}", found ${describeType(tensor)}.`,
  );
}
