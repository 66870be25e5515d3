import { copyBytes } from "../../core/copy-bytes.ts";
import { FormatError } from "../../core/errors.ts";
import { type MessageTable, decodeMessage, encodeMessage } from "./wire.ts";

/** An ONNX model as plain data, with the fields of onnx.proto that are of use here; numbers of onnx.proto's enumerations. */
export interface OnnxModel {
  readonly irVersion: number;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly graph: OnnxGraph;
  readonly opsets: readonly { readonly domain?: string; readonly version: number }[];
  readonly metadata: readonly { readonly key: string; readonly value: string }[];
  /** Operators that the file defines itself. */
  readonly functions?: readonly { readonly name?: string }[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly name?: string;
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  /** Their contents are not of use here. */
  readonly sparseInitializers?: readonly unknown[];
}

export interface OnnxNode {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly opType: string;
  readonly domain?: string;
  readonly attributes: readonly OnnxAttribute[];
}

export interface OnnxAttribute {
  readonly name: string;
  readonly type: number;
  readonly float?: number;
  readonly integer?: number;
  /** UTF-8 */
  readonly string?: Uint8Array;
  readonly tensor?: OnnxTensor;
  readonly graph?: OnnxGraph;
  readonly floats?: readonly number[];
  readonly integers?: readonly number[];
  readonly strings?: readonly Uint8Array[];
}

export interface OnnxTensor {
  readonly name?: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  /** Little-endian. */
  readonly rawData?: Uint8Array;
  readonly floatData?: readonly number[];
  readonly int32Data?: readonly number[];
  readonly int64Data?: readonly number[];
  readonly doubleData?: readonly number[];
  /** 1 where the values lie in another file. */
  readonly dataLocation?: number;
  /** Present where these are a part of a larger tensor's values. */
  readonly segment?: unknown;
}

export interface OnnxValueInfo {
  readonly name: string;
  readonly type?: {
    readonly tensor?: { readonly elementType: number; readonly shape?: { readonly dims: readonly OnnxDimension[] } };
  };
}

/** A size, or the name of one that is not fixed. */
export interface OnnxDimension {
  readonly value?: number;
  readonly parameter?: string;
}

export const onnxDataTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10, double: 11 } as const;
export const onnxAttributeTypes = { float: 1, integer: 2, string: 3, graph: 5, floats: 6, integers: 7 } as const;

// Field numbers as in the public onnx.proto.
const opsetTable: MessageTable = { domain: { id: 1, type: "string" }, version: { id: 2, type: "integer" } };
const metadataTable: MessageTable = { key: { id: 1, type: "string" }, value: { id: 2, type: "string" } };
const dimensionTable: MessageTable = { value: { id: 1, type: "integer" }, parameter: { id: 2, type: "string" } };
const shapeTable: MessageTable = { dims: { id: 1, type: () => dimensionTable, repeated: true } };
const tensorTypeTable: MessageTable = {
  elementType: { id: 1, type: "integer" },
  shape: { id: 2, type: () => shapeTable },
};
const typeTable: MessageTable = { tensor: { id: 1, type: () => tensorTypeTable } };
const valueInfoTable: MessageTable = { name: { id: 1, type: "string" }, type: { id: 2, type: () => typeTable } };
const nothingTable: MessageTable = {};
const functionTable: MessageTable = { name: { id: 1, type: "string" } };
const tensorTable: MessageTable = {
  dims: { id: 1, type: "integer", repeated: true },
  dataType: { id: 2, type: "integer" },
  segment: { id: 3, type: () => nothingTable },
  floatData: { id: 4, type: "float", repeated: true },
  int32Data: { id: 5, type: "integer", repeated: true },
  int64Data: { id: 7, type: "integer", repeated: true },
  name: { id: 8, type: "string" },
  rawData: { id: 9, type: "bytes" },
  doubleData: { id: 10, type: "double", repeated: true },
  dataLocation: { id: 14, type: "integer" },
};
const attributeTable: MessageTable = {
  name: { id: 1, type: "string" },
  float: { id: 2, type: "float" },
  integer: { id: 3, type: "integer" },
  string: { id: 4, type: "bytes" },
  tensor: { id: 5, type: () => tensorTable },
  graph: { id: 6, type: () => graphTable },
  floats: { id: 7, type: "float", repeated: true },
  integers: { id: 8, type: "integer", repeated: true },
  strings: { id: 9, type: "bytes", repeated: true },
  type: { id: 20, type: "integer" },
};
const nodeTable: MessageTable = {
  inputs: { id: 1, type: "string", repeated: true },
  outputs: { id: 2, type: "string", repeated: true },
  name: { id: 3, type: "string" },
  opType: { id: 4, type: "string" },
  attributes: { id: 5, type: () => attributeTable, repeated: true },
  domain: { id: 7, type: "string" },
};
const graphTable: MessageTable = {
  nodes: { id: 1, type: () => nodeTable, repeated: true },
  name: { id: 2, type: "string" },
  initializers: { id: 5, type: () => tensorTable, repeated: true },
  inputs: { id: 11, type: () => valueInfoTable, repeated: true },
  outputs: { id: 12, type: () => valueInfoTable, repeated: true },
  sparseInitializers: { id: 15, type: () => nothingTable, repeated: true },
};
const modelTable: MessageTable = {
  irVersion: { id: 1, type: "integer" },
  producerName: { id: 2, type: "string" },
  producerVersion: { id: 3, type: "string" },
  graph: { id: 7, type: () => graphTable },
  opsets: { id: 8, type: () => opsetTable, repeated: true },
  metadata: { id: 14, type: () => metadataTable, repeated: true },
  functions: { id: 25, type: () => functionTable, repeated: true },
};

/** `ModelProto`'s field of `metadata_props`. */
export const metadataField = 14;

export function encodeMetadataEntry(key: string, value: string): Uint8Array {
  return encodeMessage(metadataTable, { key, value });
}

export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  return encodeMessage(modelTable, model);
}

/**
 * Reads an ONNX model; the values of its tensors are views into `bytes`.
 * @throws FormatError where the bytes are not a model, or a tensor's values do not fill its shape.
 */
export function decodeOnnxModel(bytes: Uint8Array): OnnxModel {
  const { metadata, graph, ...model } = decodeMessage(modelTable, bytes) as unknown as OnnxModel;
  if (graph === undefined) throw new FormatError("Cannot read ONNX model: expected a graph, found none", { byte: 0 });
  for (const initializer of graph.initializers) checkTensor(initializer);
  return {
    ...model,
    graph,
    metadata: metadata.map(({ key, value }) => ({ key: key ?? "", value: value ?? "" })),
  };
}

const bytesPerValue: Readonly<Record<number, number>> = { 1: 4, 2: 1, 3: 1, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8 };

function checkTensor({ name = "", dims, dataType, rawData }: OnnxTensor): void {
  if (rawData === undefined) return;
  const width = bytesPerValue[dataType];
  const wanted = dims.reduce((product, size) => product * size, width ?? 0);
  if (width !== undefined && wanted !== rawData.length) {
    throw new FormatError(
      `Cannot read ONNX tensor "${name}": expected ${wanted} bytes for shape [${dims.join(", ")}], found ${rawData.length}`,
    );
  }
}

/**
 * The float32 values of a tensor, copied.
 * @throws FormatError where it holds anything else.
 */
export function onnxFloats({ name = "", dims, dataType, rawData, floatData }: OnnxTensor): Float32Array {
  if (dataType !== onnxDataTypes.float32) {
    throw new FormatError(`Cannot read ONNX tensor "${name}": expected float32 (type 1), found type ${dataType}`);
  }
  const wanted = dims.reduce((product, size) => product * size, 1);
  const found = rawData === undefined ? (floatData?.length ?? 0) : rawData.length / 4;
  if (found !== wanted) {
    throw new FormatError(`Cannot read ONNX tensor "${name}": expected ${wanted} values, found ${found}`);
  }
  return rawData === undefined ? Float32Array.from(floatData ?? []) : new Float32Array(copyBytes(rawData).buffer);
}
