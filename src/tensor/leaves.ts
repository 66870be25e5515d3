import { UserError } from "../core/errors.ts";
import { describeShape, sizeOf } from "./shapes.ts";
import type { ConstantValues, DType, Initialiser, InputLeaf, Leaf, Node, ParameterLeaf, Tensor } from "./tensor.ts";

export interface InputOptions {
  readonly dtype?: DType;
}

/** A value that is fed at each run. */
export function input(name: string, shape: readonly number[], { dtype = "float32" }: InputOptions = {}): Tensor {
  checkShape(`input "${name}"`, shape);
  return { shape, dtype, source: { kind: "input", name }, output: 0 };
}

export interface MaskOptions {
  /** The share of zeros. */
  readonly rate: number;
}

/** A dropout mask, fed at each run: 0 with probability `rate`, else 1 / (1 − `rate`). */
export function maskInput(name: string, shape: readonly number[], { rate }: MaskOptions): Tensor {
  if (!(rate >= 0 && rate < 1))
    throw new UserError(`Cannot build mask "${name}": expected a rate in [0, 1), found ${rate}.`);
  return { shape, dtype: "float32", source: { kind: "input", name, maskRate: rate }, output: 0 };
}

export interface ParameterOptions {
  readonly initialise: Initialiser;
  /** False for running statistics. */
  readonly trainable?: boolean;
  /** True for kernels, which weight decay applies to. */
  readonly decays?: boolean;
}

/** A weight or a running statistic. */
export function parameter(name: string, shape: readonly number[], options: ParameterOptions): Tensor {
  checkShape(`parameter "${name}"`, shape);
  const { initialise, trainable = true, decays = false } = options;
  return { shape, dtype: "float32", source: { kind: "parameter", name, initialise, trainable, decays }, output: 0 };
}

/** Fixed values in row-major order; plain numbers become float32, bytes bool. */
export function constant(values: ConstantValues | readonly number[], shape: readonly number[]): Tensor {
  if (values.length !== sizeOf(shape)) {
    throw new UserError(
      `Cannot build constant: expected ${sizeOf(shape)} values for shape ${describeShape(shape)}, found ${values.length}.`,
    );
  }
  const stored = ArrayBuffer.isView(values)
    ? (values as ConstantValues)
    : Float32Array.from(values as readonly number[]);
  return { shape, dtype: dtypeOf(stored), source: { kind: "constant", values: stored }, output: 0 };
}

export interface Leaves {
  /** Without the dropout masks. */
  readonly inputs: readonly Tensor[];
  readonly parameters: readonly Tensor[];
  readonly masks: readonly { readonly name: string; readonly shape: readonly number[]; readonly rate: number }[];
}

/**
 * What a graph is fed, in order of first use (depth first, from the first output's first input).
 * @throws UserError where two leaves have the same name.
 */
export function leavesOf(outputs: readonly Tensor[]): Leaves {
  const inputs: Tensor[] = [];
  const parameters: Tensor[] = [];
  const masks: { name: string; shape: readonly number[]; rate: number }[] = [];
  const names = new Map<string, Leaf>();
  const named = (leaf: InputLeaf | ParameterLeaf) => {
    const other = names.get(leaf.name);
    if (other !== undefined && other !== leaf) {
      throw new UserError(`Cannot build a graph: expected one input or parameter named "${leaf.name}", found two.`);
    }
    names.set(leaf.name, leaf);
    return other === undefined;
  };
  for (const tensor of topologicalOrder(outputs)) {
    const { source, shape } = tensor;
    if (source.kind === "parameter") {
      if (named(source)) parameters.push(tensor);
    } else if (source.kind === "input" && named(source)) {
      if (source.maskRate === undefined) inputs.push(tensor);
      else masks.push({ name: source.name, shape, rate: source.maskRate });
    }
  }
  return { inputs, parameters, masks };
}

/** Name of a parameter or input. @throws UserError for any other tensor. */
export function leafName(tensor: Tensor): string {
  const { source } = tensor;
  if (source.kind === "input" || source.kind === "parameter") return source.name;
  throw new UserError(`Cannot name a tensor: expected an input or a parameter, found a ${source.kind}.`);
}

/**
 * Every leaf and every node's outputs that the given tensors depend on, each before what uses it: depth first, inputs
 * in order. Without recursion, since unrolled graphs are deep.
 */
export function topologicalOrder(outputs: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Leaf | Node>();
  const stack: { readonly tensor: Tensor; next: number }[] = [];
  for (const output of outputs) {
    stack.push({ tensor: output, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const { source } = top.tensor;
      if (top.next === 0 && seen.has(source)) {
        stack.pop();
        continue;
      }
      seen.add(source);
      if (source.kind === "node" && top.next < source.inputs.length) {
        stack.push({ tensor: source.inputs[top.next++]!, next: 0 });
        continue;
      }
      stack.pop();
      order.push(...(source.kind === "node" ? source.outputs : [top.tensor]));
    }
  }
  return order;
}

function dtypeOf(values: ConstantValues): DType {
  if (values instanceof Float32Array) return "float32";
  if (values instanceof BigInt64Array) return "int64";
  return values instanceof Int32Array ? "int32" : "bool";
}

function checkShape(what: string, shape: readonly number[]): void {
  if (shape.every((size) => Number.isSafeInteger(size) && size > 0)) return;
  throw new UserError(`Cannot build ${what}: expected a shape of positive integers, found ${describeShape(shape)}.`);
}
