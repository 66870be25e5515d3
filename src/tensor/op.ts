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
    const given = inputs.map(describeType).join(" and ");
    throw new BuildError({ op: op.name, layer: name, wanted: error.wanted, found: error.found, given });
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

/** What does not fit where. */
export interface BuildMistake {
  readonly op: string;
  readonly layer: string | undefined;
  /** For an op outside of layers: the layer that was built last. */
  readonly after?: string | undefined;
  readonly wanted: string;
  readonly found: string;
  /** The inputs' types. */
  readonly given: string;
}

/** An op that can't be built. */
export class BuildError extends UserError {
  readonly mistake: BuildMistake;
  constructor(mistake: BuildMistake) {
    const { op, layer, after, wanted, found, given } = mistake;
    const last = after === undefined ? "" : ` after layer "${after}"`;
    super(
      `Cannot build op ${op}${layer === undefined ? last : ` in layer "${layer}"`}: expected ${wanted}, found ${found}` +
        `${given === "" ? "" : ` (inputs ${given})`}.`,
    );
    this.mistake = mistake;
  }
  /** The same, for whoever knows where the op is. */
  inLayer(layer: string): BuildError {
    return new BuildError({ ...this.mistake, layer });
  }
  /** The same, for whoever knows what was built before it. */
  afterLayer(after: string | undefined): BuildError {
    return new BuildError({ ...this.mistake, after });
  }
}

/** For functions made of several ops: what {@link applyOp} throws for one. */
export function shapeMistake(
  inputs: readonly Tensor[],
  { op, name, wanted, found }: OpOptions & { readonly op: string; readonly wanted: string; readonly found: string },
): BuildError {
  return new BuildError({ op, layer: name, wanted, found, given: inputs.map(describeType).join(" and ") });
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
