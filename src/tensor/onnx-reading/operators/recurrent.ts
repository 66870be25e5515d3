import { reshape, transposeOp, broadcastToOp, fill, fillOp, reshapeOp } from "../../ops/reshape.ts";
import { concat, concatOp, slice, sliceOp } from "../../ops/ranges.ts";
import { gru, lstm } from "../../ops/recurrent.ts";
import { describeShape, sameShape } from "../../shapes.ts";
import type { Op, Tensor } from "../../tensor.ts";
import {
  type OperatorCall,
  type OperatorReader,
  floatAttribute,
  floatsAttribute,
  integerAttribute,
  malformed,
  stringAttribute,
  stringsAttribute,
  tensorAt,
  tensorOfRank,
  unsupported,
} from "../operator-call.ts";
import { reorderRows } from "../row-segments.ts";
import { computed } from "../value.ts";
import { turned } from "./layout.ts";

interface Kind {
  readonly gates: number;
  /** Which of ONNX's blocks of rows each of ours is. */
  readonly order: readonly number[];
  /** For each direction. */
  readonly activations: readonly string[];
  /** Runs one direction: x [batch, channel, time] → output [batch, unit, time] and other last states [batch, unit]. */
  run(x: Tensor, options: Parameters<typeof lstm>[1]): { readonly output: Tensor; readonly cell?: Tensor };
}

const lstmKind: Kind = { gates: 4, order: [0, 2, 3, 1], activations: ["Sigmoid", "Tanh", "Tanh"], run: lstm };

const gruKind: Kind = {
  gates: 3,
  order: [1, 0, 2],
  activations: ["Sigmoid", "Tanh"],
  run: (x, options) => ({ output: gru(x, options) }),
};

/** What other frameworks' layers have and ours do not. */
function checkForm(
  call: OperatorCall,
  { activations }: Kind,
  { directions, time }: { readonly directions: number; readonly time: number },
): void {
  const named = stringsAttribute(call, "activations") ?? [];
  const usual = named.every((name, i) => name.toLowerCase() === activations[i % activations.length]!.toLowerCase());
  if (!usual || (named.length !== 0 && named.length !== directions * activations.length)) {
    unsupported(call, `the activations ${activations.join(", ")}`, named.join(", "));
  }
  if (floatAttribute(call, "clip") !== undefined) unsupported(call, "no clip", "one");
  for (const name of ["activation_alpha", "activation_beta"]) {
    if ((floatsAttribute(call, name) ?? []).length > 0) unsupported(call, `no ${name}`, "some");
  }
  for (const [name, wanted] of [
    ["input_forget", 0],
    ["layout", 0],
  ] as const) {
    const found = integerAttribute(call, name) ?? 0;
    if (found !== wanted) unsupported(call, `${name} ${wanted}`, found);
  }
  const lengths = call.inputs[4];
  if (lengths !== undefined) {
    const values = Array.from(lengths.fixed()?.values ?? [Number.NaN]);
    if (!values.every((length) => length === time)) unsupported(call, `sequences of ${time} steps alone`, "others");
  }
  for (const [index, what] of [
    [5, "initial states"],
    [6, "initial states"],
  ] as const) {
    const state = call.inputs[index];
    if (state !== undefined && !isZero(state.tensor())) unsupported(call, `${what} of zeros`, "others");
  }
  if (call.inputs[7] !== undefined) unsupported(call, "no peepholes", "some");
}

const moving: readonly unknown[] = [reshapeOp, sliceOp, transposeOp, broadcastToOp, concatOp];

/** Whether a tensor is 0 throughout, as exporters write states that nobody gave. */
function isZero(x: Tensor): boolean {
  const { source } = x;
  if (source.kind === "constant") return Array.from(source.values as ArrayLike<unknown>).every((value) => value === 0);
  if (source.kind !== "node") return false;
  if ((source.op as Op<never>) === fillOp) return (source.attributes as { readonly value: number }).value === 0;
  return moving.includes(source.op) && source.inputs.every(isZero);
}

function recurrent(kind: Kind): OperatorReader {
  return (call) => {
    const [x, input, hidden] = [tensorOfRank(call, 0, 3), tensorOfRank(call, 1, 3), tensorOfRank(call, 2, 3)];
    const [time, batch, channels] = x.shape as [number, number, number];
    const direction = stringAttribute(call, "direction") ?? "forward";
    if (!["forward", "reverse", "bidirectional"].includes(direction)) {
      malformed(call, "direction forward, reverse or bidirectional", `"${direction}"`);
    }
    const directions = direction === "bidirectional" ? 2 : 1;
    const units = hidden.shape[2]!;
    const rows = kind.gates * units;
    const wanted = [
      [directions, rows, channels],
      [directions, rows, units],
      [directions, 2 * rows],
    ];
    const bias = call.inputs[3] === undefined ? undefined : tensorAt(call, 3);
    [input, hidden, bias].forEach((weight, i) => {
      if (weight !== undefined && !sameShape(weight.shape, wanted[i]!)) {
        malformed(call, `an input ${i + 1} of shape ${describeShape(wanted[i]!)}`, describeShape(weight.shape));
      }
    });
    checkForm(call, kind, { directions, time });

    const sequence = turned(x, [1, 2, 0]);
    const passes = Array.from({ length: directions }, (_, index) => {
      const own = (weights: Tensor) =>
        directions === 1 ? weights : slice(weights, { axis: 0, start: index, end: index + 1 });
      const ordered = (weights: Tensor) => reorderRows(own(weights), { lead: 1, order: kind.order });
      // [1, 2·rows]: those of the input, then those of the state.
      const half = (part: number) =>
        bias === undefined
          ? fill([rows], 0)
          : reorderRows(slice(own(bias), { axis: 1, start: part * rows, end: (part + 1) * rows }), {
              lead: 1,
              order: kind.order,
            });
      const reverse = direction === "reverse" || index === 1;
      const made = kind.run(sequence, {
        weights: { input: ordered(input), hidden: ordered(hidden), inputBias: half(0), hiddenBias: half(1) },
        reverse,
        ...(call.name === undefined ? {} : { name: call.name }),
      });
      const last = reverse ? 0 : time - 1;
      return { ...made, last: () => slice(made.output, { axis: 2, start: last, end: last + 1 }) };
    });
    const join = (parts: readonly Tensor[], axis: number) => (parts.length === 1 ? parts[0]! : concat(parts, axis));
    // [batch, unit, time] → [time, 1, batch, unit], and states → [1, batch, unit]
    const sequences = passes.map(({ output }) => reshape(turned(output, [2, 0, 1]), [time, 1, batch, units]));
    const state = (of: Tensor) => reshape(of, [1, batch, units]);
    const outputs = [
      () => join(sequences, 1),
      () =>
        join(
          passes.map(({ last }) => state(last())),
          0,
        ),
    ];
    if (passes.every(({ cell }) => cell !== undefined))
      outputs.push(() =>
        join(
          passes.map(({ cell }) => state(cell!)),
          0,
        ),
      );
    return outputs.map((make) => computed(make()));
  };
}

const readGru: OperatorReader = (call) => {
  const form = integerAttribute(call, "linear_before_reset") ?? 0;
  return form === 1 ? recurrent(gruKind)(call) : unsupported(call, "linear_before_reset 1", form);
};

export const recurrentReaders: Readonly<Record<string, OperatorReader>> = { LSTM: recurrent(lstmKind), GRU: readGru };
