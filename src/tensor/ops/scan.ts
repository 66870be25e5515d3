import { type OpOptions, applyOp, shapeError } from "../op.ts";
import { describeType, sameShape, typed } from "../shapes.ts";
import type { Op, Tensor } from "../tensor.ts";

/** One step as a graph of its own: leaves that stand for what it is given, and what it makes of them. */
interface ScanBody {
  readonly states: readonly Tensor[];
  readonly slices: readonly Tensor[];
  readonly shared: readonly Tensor[];
  readonly nextStates: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

interface ScanAttributes {
  readonly body: ScanBody;
  readonly reverse: boolean;
}

/**
 * A loop over axis 0 of sequences. Inputs: the first states, the sequences, what all steps share; outputs: the last
 * states, the steps' outputs as sequences. Not differentiated: recurrent ops write their backward pass as another scan.
 */
export const scanOp: Op<ScanAttributes> = {
  name: "scan",
  infer: ({ inputs, attributes: { body } }) => {
    const { states, slices, nextStates, outputs } = body;
    const length = inputs[states.length]?.shape[0];
    const sequences = inputs.slice(states.length, states.length + slices.length);
    const other = sequences.find((sequence) => sequence.shape[0] !== length);
    if (length === undefined || other !== undefined) {
      throw shapeError(`sequences of one length (${length ?? 0})`, other === undefined ? "none" : describeType(other));
    }
    states.forEach((state, index) => {
      const next = nextStates[index];
      if (next === undefined || !sameShape(next.shape, state.shape)) {
        throw shapeError(
          `a step that gives state ${index} as ${describeType(state)}`,
          next ? describeType(next) : "none",
        );
      }
    });
    return [
      ...nextStates.map(({ shape, dtype }) => typed(shape, dtype)),
      ...outputs.map(({ shape, dtype }) => typed([length, ...shape], dtype)),
    ];
  },
  encode: ({ attributes: { body, reverse } }, { emitAll, subgraph, inputs }) => {
    const { states, slices, shared, nextStates, outputs } = body;
    const fed = states.length + slices.length;
    const graph = subgraph({
      inputs: [...states, ...slices],
      outputs: [...nextStates, ...outputs],
      outside: new Map(shared.map((leaf, index) => [leaf, inputs[fed + index]!])),
    });
    const direction = reverse ? 1 : 0;
    return emitAll("Scan", inputs.slice(0, fed), {
      outputs: nextStates.length + outputs.length,
      attributes: {
        body: { graph },
        num_scan_inputs: slices.length,
        scan_input_directions: slices.map(() => direction),
        scan_output_directions: outputs.map(() => direction),
      },
    });
  },
};

export interface ScanOptions extends OpOptions {
  /** What the first step finds. */
  readonly states: readonly Tensor[];
  /** Each [step, …]; a step is given one slice of each. */
  readonly sequences: readonly Tensor[];
  /** What every step is given. */
  readonly shared: readonly Tensor[];
  /** From the last slice to the first; outputs keep the places of the slices. */
  readonly reverse?: boolean;
}

export interface ScanStep {
  readonly states: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/**
 * Runs a step over the slices of sequences, one after the other. `step` is called once, with symbols; it may use nothing
 * from outside but what is `shared`.
 */
export function scan(
  { states, sequences, shared, reverse = false, name }: ScanOptions,
  step: (given: {
    readonly states: readonly Tensor[];
    readonly slices: readonly Tensor[];
    readonly shared: readonly Tensor[];
  }) => ScanStep,
): ScanStep {
  const leaf = (like: Tensor, shape: readonly number[]): Tensor => ({
    shape,
    dtype: like.dtype,
    source: { kind: "input", name: "given to a step" },
    output: 0,
  });
  const given = {
    states: states.map((each) => leaf(each, each.shape)),
    slices: sequences.map((each) => leaf(each, each.shape.slice(1))),
    shared: shared.map((each) => leaf(each, each.shape)),
  };
  const made = step(given);
  const body: ScanBody = { ...given, nextStates: made.states, outputs: made.outputs };
  const results = applyOp(scanOp, [...states, ...sequences, ...shared], { attributes: { body, reverse }, name });
  return { states: results.slice(0, states.length), outputs: results.slice(states.length) };
}
