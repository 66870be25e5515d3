import { type Tensor, encodeOnnx, gradients, leafName, topologicalOrder } from "../../tensor/index.ts";
import { type TrainingGraphOptions, traceTraining } from "./training-graph.ts";

/** A model that says everything that a training step computes, for finding where a value first was not finite. Plain data. */
export interface Diagnosis {
  /** The gradient model's inputs → every activation and every gradient. */
  readonly model: Uint8Array;
  /** In the order in which a step computes them. */
  readonly tensors: readonly DiagnosedTensor[];
}

export interface DiagnosedTensor {
  readonly output: string;
  /** `the output of layer "conv2" (convolution)` */
  readonly what: string;
  readonly shape: readonly number[];
}

/** A tensor with values that are not finite. */
export interface Finding {
  /** Place in `Diagnosis.tensors`. */
  readonly order: number;
  readonly count: number;
  /** The first of them: NaN, Infinity or −Infinity. */
  readonly value: number;
  /** Part of the batch, counted over all replicas. */
  readonly part: number;
}

/** Writes the training step once more, plainly: all that goes in, all activations forward, then their gradients backward. */
export function buildDiagnosis(options: TrainingGraphOptions): Diagnosis {
  const { loss, trained, logits } = traceTraining(options);
  const order = topologicalOrder([loss]);
  const inNet = new Set(topologicalOrder([logits]));
  const label = labels(order, inNet);
  const isFloat = ({ dtype, source }: Tensor) => dtype === "float32" && source.kind !== "constant";
  const leaves = order.filter((tensor) => isFloat(tensor) && tensor.source.kind !== "node");
  const activations = order.filter((tensor) => isFloat(tensor) && tensor.source.kind === "node");
  const moved = new Set<Tensor>(trained);
  for (const tensor of order) {
    const { source } = tensor;
    if (source.kind === "node" && source.inputs.some((each) => moved.has(each))) moved.add(tensor);
  }
  const backward = order.toReversed().filter((tensor) => isFloat(tensor) && moved.has(tensor));
  const slopes = gradients(loss, backward);
  const named = [
    ...[...leaves, ...activations].map((tensor) => ({ tensor, what: label.get(tensor)! })),
    ...backward.map((tensor, index) => ({ tensor: slopes[index]!, what: `the gradient of ${label.get(tensor)!}` })),
  ];
  const tensors = named.map(({ tensor, what }, index) => ({ output: `value${index}`, what, shape: tensor.shape }));
  const outputs = Object.fromEntries(named.map(({ tensor }, index) => [tensors[index]!.output, tensor]));
  return { model: encodeOnnx({ outputs, formulation: "plain" }), tensors };
}

/** What to call each tensor: by its layer where it has a name, else by the parameter that it uses, else by what comes before. */
function labels(order: readonly Tensor[], inNet: ReadonlySet<Tensor>): ReadonlyMap<Tensor, string> {
  const layers = new Map<Tensor, string>();
  const found = new Map<Tensor, string>();
  for (const tensor of order) {
    const { source } = tensor;
    if (source.kind === "constant") continue;
    if (source.kind !== "node") {
      found.set(tensor, `${source.kind} "${leafName(tensor)}"`);
      continue;
    }
    const weight = source.inputs.find((each) => each.source.kind === "parameter");
    const own = source.name ?? (weight && leafName(weight).replace(/\.[^.]*$/, ""));
    const before = source.inputs.map((each) => layers.get(each)).find((each) => each !== undefined);
    if (own !== undefined || before !== undefined) layers.set(tensor, own ?? before!);
    if (!inNet.has(tensor)) found.set(tensor, `the loss (${source.op.name})`);
    else if (own !== undefined) found.set(tensor, `the output of layer "${own}" (${source.op.name})`);
    else if (before !== undefined) found.set(tensor, `the output of ${source.op.name} after layer "${before}"`);
    else found.set(tensor, `the output of ${source.op.name}`);
  }
  return found;
}

/** The first tensor with a value that is not finite. */
export function findNotFinite(
  tensors: Diagnosis["tensors"],
  values: Readonly<Record<string, Float32Array>>,
): Omit<Finding, "part"> | undefined {
  for (const [order, { output }] of tensors.entries()) {
    const bad = values[output]!.filter((value) => !Number.isFinite(value));
    if (bad.length > 0) return { order, count: bad.length, value: bad[0]! };
  }
  return undefined;
}

/** `Infinity in 3 of 48 values of the output of layer "conv2" (convolution), [4, 12]` */
export function describeFinding({ order, count, value }: Finding, { tensors }: Diagnosis): string {
  const { what, shape } = tensors[order]!;
  const size = shape.reduce((product, each) => product * each, 1);
  return `${value} in ${count} of ${size} values of ${what}, [${shape.join(", ")}]`;
}
