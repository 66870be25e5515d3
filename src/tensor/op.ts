import { UserError } from "../core/errors.ts";
import { describeType } from "./shapes.ts";
import type { Node, Op, Tensor, TensorType } from "./tensor.ts";

export interface OpOptions {
  /** The layer that the op belongs to, for messages and names. */
  readonly name?: string | undefined;
}

/** Uses an op: checks the inputs and makes the symbolic outputs. */
export function applyOp<Attributes>(
  op: Op<Attributes>,
  inputs: readonly Tensor[],
  { attributes, name }: { readonly attributes: Attributes } & OpOptions,
): readonly Tensor[] {
  let types: readonly TensorType[];
  try {
    types = op.infer({ inputs, attributes });
  } catch (error) {
    if (!(error instanceof ShapeMistake)) throw error;
    const layer = name === undefined ? "" : ` in layer "${name}"`;
    const given = inputs.map(describeType).join(" and ");
    throw new UserError(
      `Cannot build op ${op.name}${layer}: expected ${error.wanted}, found ${error.found}${given === "" ? "" : ` (inputs ${given})`}.`,
    );
  }
  const outputs: Tensor[] = [];
  const node: Node<Attributes> = { kind: "node", op, inputs, attributes, name, outputs };
  types.forEach((type, output) => outputs.push({ ...type, source: node as Node, output }));
  return outputs;
}

/** {@link applyOp} for an op with one output. */
export function applyOne<Attributes>(
  op: Op<Attributes>,
  inputs: readonly Tensor[],
  options: { readonly attributes: Attributes } & OpOptions,
): Tensor {
  return applyOp(op, inputs, options)[0]!;
}

/** Thrown by shape rules; {@link applyOp} makes the sentence. */
class ShapeMistake extends Error {
  readonly wanted: string;
  readonly found: string;
  constructor(wanted: string, found: string) {
    super(`expected ${wanted}, found ${found}`);
    this.wanted = wanted;
    this.found = found;
  }
}

/** To be thrown by a shape rule. */
export function shapeError(wanted: string, found: string | number): Error {
  return new ShapeMistake(wanted, String(found));
}
