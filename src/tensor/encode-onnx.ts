import { UserError } from "../core/errors.ts";
import { floatToHalf, greatestHalf } from "./float16.ts";
import { type Formulation, formulate } from "./formulate/index.ts";
import { topologicalOrder } from "./leaves.ts";
import { tensorMath } from "./math.ts";
import {
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
  encodeOnnxModel,
  onnxAttributeTypes,
  onnxDataTypes,
} from "./onnx/model.ts";
import { describeShape, sizeOf } from "./shapes.ts";
import type {
  ConstantValues,
  EncodeContext,
  Node,
  OnnxAttributeValue,
  Subgraph,
  Tensor,
  TensorType,
} from "./tensor.ts";

export interface EncodeOptions {
  /** By the names that they get in the model. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Values by parameter name: given, the parameters become part of the model; absent, they are fed like inputs. */
  readonly weights?: ReadonlyMap<string, Float32Array>;
  /**
   * How weights are kept in the model. "float16": matrices and kernels at half the size, cast to float32 before they are
   * used, so that everything is still computed in float32; vectors (biases, norms, running statistics) stay float32.
   */
  readonly weightType?: "float32" | "float16";
  /** Written as `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Axis 0 of the inputs and outputs becomes "batch", any number of rows; parameters keep their shapes. */
  readonly dynamicBatch?: boolean;
  /**
   * "plain": each op in its usual ONNX form. "inference": the same, but convolutions along time as those of images one
   * row high, for which ONNX Runtime has faster kernels; the default where the weights are given. "fast": the same values
   * by whatever runs fastest on a CPU; the default where the batch is fixed and the parameters are fed, as in training.
   * "gpu": by what WebGPU has kernels for.
   */
  readonly formulation?: Formulation;
  readonly producerName?: string;
  readonly producerVersion?: string;
}

/** Any ONNX Runtime since 1.17 and its WebAssembly build read these. */
const opsetVersion = 20;
const irVersion = 9;

/**
 * Writes a graph as an ONNX model. The same graph gives the same bytes.
 * @throws UserError where weights are missing or two leaves have one name.
 */
export function encodeOnnx(options: EncodeOptions): Uint8Array {
  const {
    outputs,
    weights,
    metadata = {},
    dynamicBatch = false,
    producerName = "einthoven",
    producerVersion,
  } = options;
  const { formulation = weights !== undefined ? "inference" : dynamicBatch ? "plain" : "fast" } = options;
  const encoder = createEncoder({ ...options, formulation });
  const tensors = formulate(Object.values(outputs), formulation);
  const names = encoder.visit(tensors);
  const outputInfo = Object.keys(outputs).map((name, index) =>
    valueInfo(name, tensors[index]!, dynamicBatch && encoder.isFed(tensors[index]!)),
  );
  return encodeOnnxModel({
    irVersion,
    producerName,
    ...(producerVersion === undefined ? {} : { producerVersion }),
    graph: {
      name: "einthoven",
      nodes: nameOutputs(encoder.nodes, Object.keys(outputs), names),
      initializers: encoder.initializers,
      inputs: encoder.inputs,
      outputs: outputInfo,
    },
    opsets: [{ version: opsetVersion }],
    metadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
}

function createEncoder({ outputs, weights, weightType = "float32", dynamicBatch = false, formulation }: EncodeOptions) {
  const isPlain = formulation === "plain" || formulation === "inference";
  /** Of the graph that is being written: the model's, or one inside a node. */
  let nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValueInfo[] = [];
  const names = new Map<Tensor, string>();
  const constants = new Map<string, string>();
  const taken = new Set<string>(Object.keys(outputs));
  /** Tensors whose axis 0 may vary: those that depend on an input. */
  const fed = new Set<Tensor>();
  let counter = 0;

  const constant = (values: ConstantValues, shape: readonly number[]): string => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const dataType = constantDataType(values);
    const key = bytes.length <= 1024 ? `${dataType}[${shape.join()}]${bytes.join()}` : undefined;
    const known = key === undefined ? undefined : constants.get(key);
    if (known !== undefined) return known;
    const name = `constant_${initializers.length}`;
    initializers.push({ name, dims: shape, dataType, rawData: bytes });
    if (key !== undefined) constants.set(key, name);
    return name;
  };

  /** A float16 weight as float32. */
  const widened = (name: string): string => {
    const output = `${name}/float32`;
    const attributes = onnxAttributes({ to: onnxDataTypes.float32 });
    nodes.push({ name: output, opType: "Cast", inputs: [name], outputs: [output], attributes });
    return output;
  };

  const visitLeaf = (tensor: Tensor): string => {
    const { source } = tensor;
    if (source.kind === "constant") return constant(source.values, tensor.shape);
    if (source.kind === "node") throw new Error("Expected a leaf, found a node.");
    if (taken.has(source.name)) {
      throw new UserError(
        `Cannot encode a graph: expected one input, parameter or output named "${source.name}", found two.`,
      );
    }
    taken.add(source.name);
    if (source.kind === "input") fed.add(tensor);
    if (source.kind === "parameter" && weights !== undefined) {
      const half = weightType === "float16" && isMatrix(tensor.shape);
      initializers.push(weightTensor(source.name, { shape: tensor.shape, half, values: weights.get(source.name) }));
      if (half) return widened(source.name);
    } else {
      inputs.push(valueInfo(source.name, tensor, dynamicBatch && source.kind === "input"));
    }
    return source.name;
  };

  const visitNode = (node: Node): void => {
    const { op, name } = node;
    const dynamic = node.inputs.some((each) => fed.has(each));
    if (dynamic) for (const output of node.outputs) fed.add(output);
    if (op.lower !== undefined && (op.encode === undefined || isPlain)) {
      const lowered = op.lower(node, tensorMath);
      visit(lowered).forEach((given, index) => names.set(node.outputs[index]!, given));
      return;
    }
    if (op.encode === undefined) throw new Error(`Expected an ONNX form of op ${op.name}, found none.`);
    const emitAll: EncodeContext["emitAll"] = (opType, from, { outputs: count, attributes = {} }) => {
      const made = Array.from(
        { length: count },
        () => `${name === undefined ? "" : `${name}/`}${op.name}_${counter++}`,
      );
      nodes.push({ name: made[0]!, opType, inputs: from, outputs: made, attributes: onnxAttributes(attributes) });
      return made;
    };
    const emit: EncodeContext["emit"] = (opType, from, attributes = {}) =>
      emitAll(opType, from, { outputs: 1, attributes })[0]!;
    const from = node.inputs.map((each) => names.get(each)!);
    const anyBatch = dynamicBatch && dynamic;
    op.encode(node, { inputs: from, emit, emitAll, subgraph, constant, anyBatch }).forEach((given, index) => {
      names.set(node.outputs[index]!, given);
    });
  };

  const subgraph = ({ inputs: fed, outputs: wanted, outside }: Subgraph): OnnxGraph => {
    const around = nodes;
    const inner: OnnxNode[] = [];
    nodes = inner;
    const label = `graph_${counter++}`;
    fed.forEach((tensor, index) => names.set(tensor, `${label}/in_${index}`));
    for (const [tensor, name] of outside) names.set(tensor, name);
    const values = visit(wanted);
    nodes = around;
    const info = (kind: "in" | "out") => (tensor: Tensor, index: number) =>
      valueInfo(`${label}/${kind}_${index}`, tensor, false);
    const outputInfo = wanted.map(info("out"));
    return {
      name: label,
      nodes: nameOutputs(
        inner,
        outputInfo.map((each) => each.name),
        values,
      ),
      initializers: [],
      inputs: fed.map(info("in")),
      outputs: outputInfo,
    };
  };

  const visit = (wanted: readonly Tensor[]): string[] => {
    const done = new Set<Node>();
    for (const tensor of topologicalOrder(wanted)) {
      if (names.has(tensor)) continue;
      const { source } = tensor;
      if (source.kind !== "node") names.set(tensor, visitLeaf(tensor));
      else if (!done.has(source)) {
        done.add(source);
        visitNode(source);
      }
    }
    return wanted.map((tensor) => names.get(tensor)!);
  };

  return { nodes, initializers, inputs, visit, isFed: (tensor: Tensor) => fed.has(tensor) };
}

/** Gives values the names of the outputs: by renaming them where a node makes them, else by a copy. */
function nameOutputs(nodes: readonly OnnxNode[], outputs: readonly string[], values: readonly string[]): OnnxNode[] {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  outputs.forEach((name, index) => {
    const value = values[index]!;
    if (made.has(value) && !renamed.has(value)) renamed.set(value, name);
    else
      copies.push({
        name: `copy/${name}`,
        opType: "Identity",
        inputs: [renamed.get(value) ?? value],
        outputs: [name],
        attributes: [],
      });
  });
  return [...nodes.map((node) => renameValues(node, renamed)), ...copies];
}

/** A node, and the graphs inside it, with other names for some values. */
function renameValues(node: OnnxNode, renamed: ReadonlyMap<string, string>): OnnxNode {
  const rename = (name: string) => renamed.get(name) ?? name;
  const attributes = node.attributes.map((attribute) => {
    const { graph } = attribute;
    if (graph === undefined) return attribute;
    return { ...attribute, graph: { ...graph, nodes: graph.nodes.map((inner) => renameValues(inner, renamed)) } };
  });
  return { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename), attributes };
}

interface WeightValues {
  readonly shape: readonly number[];
  readonly values: Float32Array | undefined;
  /** As float16. */
  readonly half: boolean;
}

function weightTensor(name: string, { shape, values, half }: WeightValues): OnnxTensor {
  if (values?.length !== sizeOf(shape)) {
    const found = values === undefined ? "none" : `${values.length}`;
    throw new UserError(
      `Cannot encode parameter "${name}": expected ${sizeOf(shape)} values for shape ${describeShape(shape)}, found ${found}.`,
    );
  }
  if (half) return { name, dims: shape, dataType: onnxDataTypes.float16, rawData: halves(name, values) };
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims: shape, dataType: onnxDataTypes.float32, rawData };
}

/** Whether more than one axis has more than one place: what most of a net's weights are in. */
function isMatrix(shape: readonly number[]): boolean {
  return shape.filter((size) => size > 1).length > 1;
}

function halves(name: string, values: Float32Array): Uint8Array {
  const great = values.find((value) => Math.abs(value) > greatestHalf);
  if (great !== undefined) {
    throw new UserError(
      `Cannot encode parameter "${name}" as float16: expected values within ±${greatestHalf}, found ${great}.`,
    );
  }
  const bits = Uint16Array.from(values, floatToHalf);
  return new Uint8Array(bits.buffer);
}

function valueInfo(name: string, { shape, dtype }: TensorType, dynamic: boolean): OnnxValueInfo {
  const dims = shape.map((value, axis) => (dynamic && axis === 0 ? { parameter: "batch" } : { value }));
  return { name, type: { tensor: { elementType: onnxDataTypes[dtype], shape: { dims } } } };
}

function constantDataType(values: ConstantValues): number {
  if (values instanceof Float32Array) return onnxDataTypes.float32;
  if (values instanceof BigInt64Array) return onnxDataTypes.int64;
  return values instanceof Int32Array ? onnxDataTypes.int32 : onnxDataTypes.bool;
}

function onnxAttributes(attributes: Readonly<Record<string, OnnxAttributeValue>>): OnnxAttribute[] {
  return Object.entries(attributes).map(([name, value]) => {
    if (typeof value === "number") return { name, type: onnxAttributeTypes.integer, integer: value };
    if (typeof value === "string") {
      return { name, type: onnxAttributeTypes.string, string: new TextEncoder().encode(value) };
    }
    if ("float" in value) return { name, type: onnxAttributeTypes.float, float: value.float };
    if ("graph" in value) return { name, type: onnxAttributeTypes.graph, graph: value.graph };
    return { name, type: onnxAttributeTypes.integers, integers: value };
  });
}
