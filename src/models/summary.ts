import { type Node, type Tensor, multiplyAddsOf, sizeOf, topologicalOrder } from "../tensor/index.ts";
import type { TracedNet } from "./architecture.ts";
import type { LayerRecord } from "./layers/index.ts";

/** One use of a layer, or of an op outside of layers. */
export interface SummaryRow {
  /** `block1.conv2`; empty for an op without one. */
  readonly name: string;
  /** The layer's kind or the op's name. */
  readonly kind: string;
  /** Without the batch. */
  readonly output: readonly number[];
  /** Numbers that it has and that no row above has. */
  readonly parameters: number;
  /** For one row of the batch, without those of rows above that it is made of. */
  readonly multiplyAdds: number;
  /** Whether its weights stand in a row above. */
  readonly shared: boolean;
}

export interface ModelSummary {
  /** Shapes by name, without the batch. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  readonly rows: readonly SummaryRow[];
  readonly parameters: { readonly total: number; readonly trained: number };
  readonly multiplyAdds: number;
}

/**
 * What a net is made of, counted on its graph, so it holds for any net. To be traced for inference with a batch of one.
 * A layer that is made of others has what these leave over.
 */
export function summariseNet({ inputs, outputs, layers }: TracedNet): ModelSummary {
  const order = topologicalOrder(Object.values(outputs));
  const counted = new Set<Tensor>();
  const rows = groupNodes(order, layers).map(({ record, nodes }) => summariseRow({ record, nodes, counted }));
  const parameters = order.filter(({ source }) => source.kind === "parameter");
  const trained = parameters.filter(({ source }) => source.kind === "parameter" && source.trainable);
  return {
    inputs: shapesOf(inputs),
    outputs: shapesOf(outputs),
    rows,
    parameters: { total: countValues(parameters), trained: countValues(trained) },
    multiplyAdds: rows.reduce((sum, row) => sum + row.multiplyAdds, 0),
  };
}

interface Group {
  /** Absent for an op outside of layers. */
  readonly record?: LayerRecord;
  readonly nodes: readonly Node[];
}

/** The nodes of each layer, and each other node alone, in the order of the graph. */
function groupNodes(order: readonly Tensor[], layers: readonly LayerRecord[]): Group[] {
  const place = new Map<Node, number>();
  for (const { source } of order) if (source.kind === "node") place.set(source, place.get(source) ?? place.size);
  const taken = new Set<Node>();
  const groups: Group[] = [];
  for (const record of layers) {
    const nodes = nodesBetween(record, { taken, place });
    // Dropout at inference leaves no node, and a layer may go nowhere.
    if (nodes.length > 0) groups.push({ record, nodes });
  }
  for (const node of place.keys()) if (!taken.has(node)) groups.push({ nodes: [node] });
  const last = ({ nodes }: Group) => Math.max(...nodes.map((node) => place.get(node)!));
  return groups.sort((a, b) => last(a) - last(b));
}

/** The nodes from a layer's inputs to its output that no layer before it has. */
function nodesBetween(
  { inputs, output }: LayerRecord,
  { taken, place }: { readonly taken: Set<Node>; readonly place: ReadonlyMap<Node, number> },
): Node[] {
  const outside = new Set(inputs);
  const seen = new Set<Node>();
  const found: Node[] = [];
  const open = [output];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const { source } = tensor;
    if (source.kind !== "node" || outside.has(tensor) || !place.has(source) || seen.has(source)) continue;
    seen.add(source);
    open.push(...source.inputs);
    if (taken.has(source)) continue;
    taken.add(source);
    found.push(source);
  }
  return found;
}

function summariseRow({
  record,
  nodes,
  counted,
}: {
  readonly record: LayerRecord | undefined;
  readonly nodes: readonly Node[];
  readonly counted: Set<Tensor>;
}): SummaryRow {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.filter(({ source }) => source.kind === "parameter")));
  const own = [...read].filter((parameter) => !counted.has(parameter));
  for (const parameter of own) counted.add(parameter);
  const [first] = nodes as readonly [Node];
  return {
    name: record?.name ?? first.name ?? "",
    kind: record?.kind ?? first.op.name,
    output: (record?.output ?? first.outputs[0]!).shape.slice(1),
    parameters: countValues(own),
    multiplyAdds: nodes.reduce((sum, node) => sum + multiplyAddsOf(node), 0),
    shared: read.size > 0 && own.length === 0,
  };
}

function shapesOf(tensors: Readonly<Record<string, Tensor>>): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape.slice(1)]));
}

function countValues(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
