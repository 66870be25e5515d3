import {
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  encodeOnnxModel,
  onnxAttributeTypes,
} from "../../src/tensor/index.ts";

type Setting = number | string | readonly number[] | { readonly float: number } | { readonly tensor: OnnxTensor };

export interface MadeNode {
  readonly op: string;
  readonly domain?: string;
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, Setting>>;
}

export interface MadeModel {
  readonly opset: number;
  /** The last one's first output is the model's, `y` where it has no name. */
  readonly nodes: readonly MadeNode[];
  /** Float inputs by name; a string is an open size. */
  readonly inputs?: Readonly<Record<string, readonly (number | string)[]>>;
  readonly initializers?: readonly OnnxTensor[];
  readonly outputs?: readonly string[];
}

export const floats = (name: string, dims: readonly number[], values: readonly number[]): OnnxTensor => ({
  name,
  dims,
  dataType: 1,
  rawData: new Uint8Array(Float32Array.from(values).buffer),
});

export const int64s = (
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): OnnxTensor => ({
  name,
  dims,
  dataType: 7,
  rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});

function attribute(name: string, value: Setting): OnnxAttribute {
  if (typeof value === "number") return { name, type: onnxAttributeTypes.integer, integer: value };
  if (typeof value === "string") {
    return { name, type: onnxAttributeTypes.string, string: new TextEncoder().encode(value) };
  }
  if ("float" in value) return { name, type: onnxAttributeTypes.float, float: value.float };
  if ("tensor" in value) return { name, type: 4, tensor: value.tensor };
  return { name, type: onnxAttributeTypes.integers, integers: value };
}

/** A small ONNX file. */
export function makeOnnx({
  opset,
  nodes,
  inputs = { x: [2, 3, 8] },
  initializers = [],
  outputs,
}: MadeModel): Uint8Array {
  const made = nodes.map(({ op, domain, name, inputs: from, outputs: to = ["y"], attributes = {} }): OnnxNode => ({
    opType: op,
    inputs: from,
    outputs: to,
    ...(name === undefined ? {} : { name }),
    ...(domain === undefined ? {} : { domain }),
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  }));
  const tensorInfo = (name: string, dims?: readonly (number | string)[]) => ({
    name,
    type: {
      tensor: {
        elementType: 1,
        ...(dims === undefined
          ? {}
          : {
              shape: { dims: dims.map((size) => (typeof size === "number" ? { value: size } : { parameter: size })) },
            }),
      },
    },
  });
  return encodeOnnxModel({
    irVersion: 8,
    producerName: "test",
    opsets: [{ version: opset }],
    metadata: [],
    graph: {
      name: "graph",
      nodes: made,
      initializers,
      inputs: Object.entries(inputs).map(([name, dims]) => tensorInfo(name, dims)),
      outputs: (outputs ?? [made.at(-1)?.outputs[0] ?? "y"]).map((name) => tensorInfo(name)),
    },
  });
}
