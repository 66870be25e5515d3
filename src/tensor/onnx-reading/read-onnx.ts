import { FormatError, UserError } from "../../core/errors.ts";
import { imagesAsRows } from "../formulate/images-of-rows.ts";
import { leavesOf } from "../leaves.ts";
import { type OnnxGraph, type OnnxModel, decodeOnnxModel } from "../onnx/model.ts";
import { describeShape } from "../shapes.ts";
import type { Tensor } from "../tensor.ts";
import { checkSizes } from "./known.ts";
import { type OperatorCall, describeNode } from "./operator-call.ts";
import { operatorTable } from "./operator-table.ts";
import { readLeaves } from "./read-leaves.ts";
import type { ReadOnnxOptions } from "./read-options.ts";
import type { Value } from "./value.ts";

/** An `.onnx` file as a symbolic graph. */
export interface ReadOnnx {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Those that the outputs depend on, in order of first use; their starting values are the file's. */
  readonly parameters: readonly Tensor[];
  /** The values of these parameters, by name. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** In training mode: running statistics and what a training step makes of them. */
  readonly updates: readonly { readonly parameter: Tensor; readonly value: Tensor }[];
  /** The file's `metadata_props`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly opset: number;
  readonly producer: string;
}

const oldestOpset = 11;
const newestOpset = 26;

/**
 * Reads an ONNX model made of operators that have an equal here: to be run, differentiated, trained on and written again.
 * Arithmetic on shapes is done while reading, so every size has to be known: see `batch` and `sizes`.
 * @throws FormatError where the file is damaged or no ONNX allows it.
 * @throws UserError that names the operator, node and opset of what is not supported.
 */
export function readOnnx(bytes: Uint8Array, options: ReadOnnxOptions = {}): ReadOnnx {
  try {
    return readModel(decodeOnnxModel(bytes), options);
  } catch (error) {
    if (options.file === undefined || !(error instanceof Error)) throw error;
    if (error instanceof FormatError) throw new FormatError(error.message, { ...error.place, file: options.file });
    throw error instanceof UserError ? new UserError(`${error.message} (${options.file})`) : error;
  }
}

function readModel(model: OnnxModel, options: ReadOnnxOptions): ReadOnnx {
  const { graph, metadata, producerName = "" } = model;
  const {
    mode = "inference",
    isFrozen = () => false,
    outputs = graph.outputs.map((output) => output.name ?? ""),
  } = options;
  const opset = opsetOf(model);
  const own = producerName === "einthoven";
  const updates: { parameter: Tensor; value: Tensor }[] = [];
  const values = new Map<string, Value>();
  const weights = new Map<string, Float32Array>();
  const inputs = readLeaves(graph, { values, weights, own, options });

  const live = liveNames(graph, outputs);
  const made = new Set<string>();
  for (const node of graph.nodes) {
    for (const name of node.outputs) {
      if (name !== "" && (made.has(name) || values.has(name))) {
        throw new FormatError(`Cannot read ${describeNode(node, opset)}: expected new names, found "${name}" again.`);
      }
      made.add(name);
    }
    if (!node.outputs.some((name) => live.has(name))) continue;
    const call: OperatorCall = {
      node,
      opset,
      mode,
      isFrozen,
      name: layerName(node.name, own) ?? (own ? undefined : node.outputs.find((name) => name !== "")),
      inputs: node.inputs.map((name) => (name === "" ? undefined : find(name, describeNode(node, opset)))),
      wanted: node.outputs.map((name) => name !== "" && live.has(name)),
      keepStatistic: (parameter, value) => updates.push({ parameter, value }),
    };
    readNode(call).forEach((value, index) => {
      checkSizes(describeNode(node, opset), value.shape);
      const name = node.outputs[index] ?? "";
      if (name !== "") values.set(name, value);
    });
  }

  function find(name: string, reader: string): Value {
    const value = values.get(name);
    if (value !== undefined) return value;
    const later = graph.nodes.some((node) => node.outputs.includes(name));
    throw new FormatError(
      `Cannot read ${reader}: expected a value "${name}" from before, found ${later ? "it made only later or by an output that is not supported" : "none"}.`,
    );
  }

  const tensors = outputs.map((name) => outputTensor(name, find(name, "ONNX outputs")));
  const found = [...tensors, ...updates.map(({ value }) => value)];
  // Our own files have images of one row where the graph that was written had signals.
  const graphs = own ? imagesAsRows(found, Object.values(inputs)) : found;
  const results = Object.fromEntries(outputs.map((name, index) => [name, graphs[index]!]));
  const { parameters } = leavesOf(graphs);
  return {
    inputs,
    outputs: results,
    parameters,
    weights: new Map(
      parameters.map(({ source }) => {
        const name = source.kind === "parameter" ? source.name : "";
        return [name, weights.get(name)!];
      }),
    ),
    updates: updates.map(({ parameter }, index) => ({ parameter, value: graphs[outputs.length + index]! })),
    metadata: Object.fromEntries(metadata.map(({ key, value }) => [key, value])),
    opset,
    producer: producerName,
  };
}

function opsetOf({ opsets, functions }: OnnxModel): number {
  const found = opsets.filter(({ domain = "" }) => domain === "" || domain === "ai.onnx");
  const version = found[0]?.version;
  if (found.length !== 1 || version === undefined || version < oldestOpset || version > newestOpset) {
    const listed = found.map((each) => each.version ?? "none").join(", ");
    throw new UserError(
      `Cannot read ONNX model: expected one opset from ${oldestOpset} to ${newestOpset}, found ${listed === "" ? "none" : listed}.`,
    );
  }
  if (functions !== undefined && functions.length > 0) {
    throw new UserError(
      `Cannot read ONNX model: expected operators alone, found functions of its own (${functions.map(({ name = "" }) => name).join(", ")}).`,
    );
  }
  return version;
}

function outputTensor(name: string, value: Value): Tensor {
  if (value.shape.some((size) => size < 1)) {
    throw new UserError(
      `Cannot read ONNX output "${name}": expected values, found shape ${describeShape(value.shape)}.`,
    );
  }
  return value.tensor();
}

/** Names that the outputs depend on. */
function liveNames({ nodes }: OnnxGraph, outputs: readonly string[]): ReadonlySet<string> {
  const live = new Set(outputs);
  for (const node of nodes.toReversed()) {
    if (node.outputs.some((name) => live.has(name))) for (const name of node.inputs) live.add(name);
  }
  return live;
}

function readNode(call: OperatorCall): readonly Value[] {
  const { opType = "", domain = "" } = call.node;
  const reader = domain === "" || domain === "ai.onnx" ? operatorTable.get(opType) : undefined;
  if (reader !== undefined) return reader(call);
  throw new UserError(
    `Cannot read ${describeNode(call.node, call.opset)}: expected a supported operator (see docs/engine.md), found ${opType === "" ? "none" : opType}.`,
  );
}

/** The layer's part of a node's name: our own encoder writes `layer/op_12`, or `op_12` where there is none. */
function layerName(name: string | undefined, own: boolean): string | undefined {
  if (name === undefined || name === "") return undefined;
  if (!own) return name;
  const slash = name.lastIndexOf("/");
  return slash < 0 ? undefined : name.slice(0, slash);
}
