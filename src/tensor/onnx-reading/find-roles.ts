import type { OnnxGraph } from "../onnx/model.ts";

/** What initializers are used for, by name. */
export interface Roles {
  /** Kernels and matrices, which weight decay applies to. */
  readonly kernels: ReadonlySet<string>;
  /** Running statistics, which no optimizer changes. */
  readonly statistics: ReadonlySet<string>;
}

/** Inputs that are kernels, by operator. */
const kernelInputs: Readonly<Record<string, readonly number[]>> = {
  Conv: [1],
  ConvTranspose: [1],
  Gemm: [0, 1],
  MatMul: [0, 1],
  LSTM: [1, 2],
  GRU: [1, 2],
  RNN: [1, 2],
};

const statisticInputs: Readonly<Record<string, readonly number[]>> = { BatchNormalization: [3, 4] };

/** What only moves values about: a kernel behind it is still one. */
const moving = new Set([
  "Cast",
  "Concat",
  "Identity",
  "Reshape",
  "Slice",
  "Split",
  "Squeeze",
  "Transpose",
  "Unsqueeze",
]);

/** Finds out from their use which initializers are kernels and which are running statistics. */
export function findRoles({ nodes, initializers }: OnnxGraph): Roles {
  const initial = new Set(initializers.map(({ name = "" }) => name));
  const makers = new Map(
    nodes.flatMap((node) => (moving.has(node.opType) ? node.outputs.map((name) => [name, node] as const) : [])),
  );
  const collect = (table: Readonly<Record<string, readonly number[]>>) => {
    const found = new Set<string>();
    const seen = new Set<string>();
    const open = nodes.flatMap(({ opType, inputs }) =>
      (Object.hasOwn(table, opType) ? table[opType]! : []).flatMap((index) => inputs[index] ?? []),
    );
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (initial.has(name)) found.add(name);
      for (const from of makers.get(name)?.inputs ?? []) open.push(from);
    }
    return found;
  };
  return { kernels: collect(kernelInputs), statistics: collect(statisticInputs) };
}
