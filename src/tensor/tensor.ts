import type { OnnxGraph } from "./onnx/model.ts";
import type { WindowAttributes } from "./windows.ts";

export type DType = "float32" | "int64" | "int32" | "bool";

/** What an op says about one of its outputs. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/**
 * A value that a graph will compute: a shape, a type and where it comes from. There is no graph object; a graph is what
 * can be reached from its outputs. Two tensors are the same value if and only if they are the same object.
 */
export interface Tensor extends TensorType {
  readonly source: Leaf | Node;
  /** Which of the source's outputs; 0 for leaves. */
  readonly output: number;
}

export type Leaf = InputLeaf | ParameterLeaf | ConstantLeaf;

/** A value fed at each run: a batch, labels, a learning rate, a dropout mask. */
export interface InputLeaf {
  readonly kind: "input";
  readonly name: string;
  /** Present where the input is a dropout mask: its values are 0 with probability `maskRate`, else 1 / (1 − `maskRate`). */
  readonly maskRate?: number;
}

/** A weight or a running statistic. */
export interface ParameterLeaf {
  readonly kind: "parameter";
  readonly name: string;
  readonly initialise: Initialiser;
  /** Whether an optimizer changes it; running statistics are not trainable. */
  readonly trainable: boolean;
  /** Whether weight decay applies: kernels, not biases and norms. */
  readonly decays: boolean;
}

export interface ConstantLeaf {
  readonly kind: "constant";
  readonly values: ConstantValues;
}

/** Values in row-major order; `bool` constants are bytes 0 and 1. */
export type ConstantValues = Float32Array | BigInt64Array | Int32Array | Uint8Array;

/**
 * How a parameter starts, as data. `fanIn` and `fanOut` are the numbers of inputs and outputs that one output and one
 * input of the layer are connected to (Glorot & Bengio 2010, He et al. 2015).
 */
export type Initialiser =
  /** The values themselves, in row-major order: those of a file. */
  | { readonly kind: "values"; readonly values: Float32Array }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "uniform"; readonly low: number; readonly high: number }
  /** The truncated one draws again what is more than two standard deviations away. */
  | { readonly kind: "normal" | "truncatedNormal"; readonly mean: number; readonly standardDeviation: number }
  /** Rows or columns at right angles, whichever are fewer, of length `gain` (Saxe 2014); the first axis against the others. */
  | { readonly kind: "orthogonal"; readonly gain: number }
  | {
      readonly kind: "heUniform" | "heNormal" | "lecunUniform" | "lecunNormal";
      readonly fanIn: number;
      readonly fanOut?: number;
    }
  | { readonly kind: "glorotUniform" | "glorotNormal"; readonly fanIn: number; readonly fanOut: number };

/** One use of an op. */
export interface Node<Attributes = unknown> {
  readonly kind: "node";
  readonly op: Op<Attributes>;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** The layer that it belongs to, for messages and for the names in the ONNX graph. */
  readonly name: string | undefined;
  readonly outputs: readonly Tensor[];
}

/** What an op is asked to do: its inputs and settings. */
export interface OpCall<Attributes> {
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
}

/**
 * An op, declared once: its name, its shape rule, its gradient, and its form in ONNX, either directly (`encode`) or in
 * terms of other ops (`lower`). One that has both is lowered in the plain formulation and encoded in the fast one.
 */
export interface Op<Attributes = unknown> {
  readonly name: string;
  /** Whether each value of the output depends only on the inputs' values at its place, which broadcast as in NumPy. */
  readonly elementwise?: true;
  /** The types of its outputs. @throws UserError, by `shapeError`, where the inputs do not fit. */
  infer(call: OpCall<Attributes>): readonly TensorType[];
  /** Emits its ONNX nodes and returns the names of its outputs. */
  encode?(node: Node<Attributes>, context: EncodeContext): readonly string[];
  /** The same values by other ops. */
  lower?(node: Node<Attributes>, math: TensorMath): readonly Tensor[];
  /** Products that are added up, for an op that spends its time on them; absent where there are none to speak of. */
  multiplyAdds?(call: OpCall<Attributes> & { readonly outputs: readonly TensorType[] }): number;
  /**
   * The slope of the loss with respect to each input, from those with respect to the outputs; `undefined` where an
   * input has none. "flat" for ops whose slope is 0 wherever it exists (comparisons); absent for ops that nobody
   * differentiates (gradients).
   */
  readonly gradient?: GradientRule<Attributes> | "flat";
}

export type GradientRule<Attributes> = {
  rule(node: Node<Attributes>, context: GradientContext): readonly (Tensor | undefined)[];
}["rule"];

export interface GradientContext {
  /** The slope of the first output. */
  readonly slope: Tensor;
  /** Slopes by output; `undefined` where the loss does not depend on it. */
  readonly slopes: readonly (Tensor | undefined)[];
  /** Whether anybody asks for the slope of an input. */
  readonly wanted: readonly boolean[];
  readonly math: TensorMath;
}

export type OnnxAttributeValue =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly graph: OnnxGraph };

/** A graph inside an op, such as the body of a loop. */
export interface Subgraph {
  /** Leaves that the op feeds, in order. */
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Leaves that stand for values outside, and the ONNX names of these. */
  readonly outside: ReadonlyMap<Tensor, string>;
}

export interface EncodeContext {
  /** ONNX names of the node's inputs. */
  readonly inputs: readonly string[];
  /** Adds an ONNX node with one output; returns its name. */
  emit(opType: string, inputs: readonly string[], attributes?: Record<string, OnnxAttributeValue>): string;
  /** Adds an ONNX node with `outputs` outputs; returns their names. */
  emitAll(
    opType: string,
    inputs: readonly string[],
    options: { readonly outputs: number; readonly attributes?: Record<string, OnnxAttributeValue> },
  ): readonly string[];
  /** Writes a graph inside the node that is being encoded, to be passed to it as an attribute. */
  subgraph(graph: Subgraph): OnnxGraph;
  /** Adds an initializer; returns its name. */
  constant(values: ConstantValues, shape: readonly number[]): string;
  /** Whether axis 0 is a batch whose size is not fixed. */
  readonly anyBatch: boolean;
}

/** The functions on tensors that gradients and lowerings are written with; handed to them, so that ops do not import each other in circles. */
export interface TensorMath {
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  div(a: Tensor, b: Tensor): Tensor;
  neg(x: Tensor): Tensor;
  abs(x: Tensor): Tensor;
  sign(x: Tensor): Tensor;
  exp(x: Tensor): Tensor;
  log(x: Tensor): Tensor;
  sqrt(x: Tensor): Tensor;
  softmax(x: Tensor, axis: number): Tensor;
  power(x: Tensor, exponent: number): Tensor;
  equal(a: Tensor, b: Tensor): Tensor;
  greater(a: Tensor, b: Tensor): Tensor;
  where(condition: Tensor, a: Tensor, b: Tensor): Tensor;
  /** x times a number. */
  scale(x: Tensor, factor: number): Tensor;
  /** A float32 scalar. */
  scalar(value: number): Tensor;
  /** A float32 tensor of one value throughout. */
  fill(shape: readonly number[], value: number): Tensor;
  constant(values: Float32Array, shape: readonly number[]): Tensor;
  cast(x: Tensor, dtype: "float32" | "bool"): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  transpose(x: Tensor, order: readonly number[]): Tensor;
  broadcastTo(x: Tensor, shape: readonly number[]): Tensor;
  /** Sums over what broadcasting to the present shape had repeated. */
  sumTo(x: Tensor, shape: readonly number[]): Tensor;
  reduceSum(x: Tensor, options: { readonly axes: readonly number[]; readonly keepDims: boolean }): Tensor;
  reduceMax(x: Tensor, options: { readonly axes: readonly number[]; readonly keepDims: boolean }): Tensor;
  concat(parts: readonly Tensor[], axis: number): Tensor;
  slice(
    x: Tensor,
    options: { readonly axis: number; readonly start: number; readonly end: number; readonly step?: number },
  ): Tensor;
  flip(x: Tensor, axes: readonly number[]): Tensor;
  pad(
    x: Tensor,
    options: { readonly before: readonly number[]; readonly after: readonly number[]; readonly value?: number },
  ): Tensor;
  insertZeros(x: Tensor, options: { readonly axis: number; readonly step: number }): Tensor;
  matmul(a: Tensor, b: Tensor): Tensor;
  convolution(x: Tensor, weight: Tensor, attributes: WindowAttributes): Tensor;
  convolutionInputGradient(
    slope: Tensor,
    weight: Tensor,
    attributes: WindowAttributes & { readonly inputSize: readonly number[] },
  ): Tensor;
  convolutionWeightGradient(x: Tensor, slope: Tensor, attributes: WindowAttributes): Tensor;
  /** `slope` where y, the output of `relu`, is above 0. */
  reluGradient(y: Tensor, slope: Tensor): Tensor;
  maxPoolGradient(x: Tensor, y: Tensor, slope: Tensor, attributes: WindowAttributes): Tensor;
  averagePoolGradient(slope: Tensor, attributes: WindowAttributes & { readonly inputSize: readonly number[] }): Tensor;
}
