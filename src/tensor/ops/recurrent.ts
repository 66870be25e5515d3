import { type OpOptions, applyOp, shapeError } from "../op.ts";
import { gruCell } from "../recurrence/gru.ts";
import { lstmCell } from "../recurrence/lstm.ts";
import type { RecurrentCell, RecurrentWeights } from "../recurrence/cell.ts";
import { describeShape, float, sameShape, sizeOf } from "../shapes.ts";
import type { Node, Op, Tensor } from "../tensor.ts";
import { transpose } from "./reshape.ts";

export interface RecurrentAttributes {
  /** From the last time step to the first; outputs keep the places of the inputs. */
  readonly reverse: boolean;
}

export interface RecurrentGradientAttributes extends RecurrentAttributes {
  /** Which last states have a slope; they follow the output's. */
  readonly lastSlopes: readonly boolean[];
  readonly wantsInput: boolean;
}

/** A recurrent layer in one direction and its gradient. */
export interface RecurrentOps {
  readonly cell: RecurrentCell;
  /**
   * x [batch, channel, time], weights as PyTorch's → output [batch, unit, time], then the cell's states after the last
   * step, [batch, unit] each.
   */
  readonly op: Op<RecurrentAttributes>;
  /** x, the weights, the slope of the output, those of the last states → slopes of the weights, and of x where wanted. */
  readonly gradientOp: Op<RecurrentGradientAttributes>;
}

interface OnnxForm {
  readonly name: string;
  /** Where each of its blocks of rows stands among ours. */
  readonly gateOrder: readonly number[];
  readonly attributes: Readonly<Record<string, number>>;
}

function recurrentOps(cell: RecurrentCell, onnx: OnnxForm): RecurrentOps {
  const { gates } = cell;
  const gradientOp: Op<RecurrentGradientAttributes> = {
    name: `${cell.name}Gradient`,
    infer: ({ inputs: [x, ...weights], attributes: { wantsInput } }) => [
      ...weights.slice(0, 4).map(({ shape }) => float(shape)),
      ...(wantsInput ? [float(x!.shape)] : []),
    ],
    lower: (node) => {
      const { inputs, attributes } = node;
      const [x, weights] = [timeFirst(inputs[0]!), weightsOf(inputs)];
      const { saved } = cell.forward(x, { weights, reverse: attributes.reverse, saving: true });
      const made = runBackward(cell, node, { x, saved, slope: timeFirst(inputs[5]!), inputs });
      return made.map((tensor, index) => (index === 4 ? timeFirst(tensor) : tensor));
    },
  };
  const op: Op<RecurrentAttributes> = {
    name: cell.name,
    // Each step multiplies both weights with a column of each row of the batch.
    multiplyAdds: ({ inputs: [x, input, hidden] }) =>
      x!.shape[0]! * x!.shape[2]! * (sizeOf(input!.shape) + sizeOf(hidden!.shape)),
    infer: ({ inputs: [x, ...weights] }) => {
      if (x!.shape.length !== 3)
        throw shapeError("an input of three axes [batch, channel, time]", describeShape(x!.shape));
      const [batch, channels, time] = x!.shape as [number, number, number];
      const units = weights[1]!.shape[1]!;
      const rows = gates * units;
      const wanted = [[rows, channels], [rows, units], [rows], [rows]];
      wanted.forEach((shape, index) => {
        const found = weights[index]!.shape;
        if (!sameShape(found, shape))
          throw shapeError(`weights of shape ${describeShape(shape)}`, describeShape(found));
      });
      return [float([batch, units, time]), ...Array.from({ length: cell.states }, () => float([batch, units]))];
    },
    encode: ({ inputs: [, , hidden], attributes: { reverse } }, { emit, emitAll, inputs, constant }) => {
      const units = hidden!.shape[1]!;
      const order = onnx.gateOrder.flatMap((gate) => Array.from({ length: units }, (_, unit) => gate * units + unit));
      const rows = constant(BigInt64Array.from(order, BigInt), [1, order.length]);
      const [input, recurrent, inputBias, hiddenBias] = inputs
        .slice(1)
        .map((weight) => emit("Gather", [weight, rows], { axis: 0 }));
      const [all, , ...states] = emitAll(
        onnx.name,
        [
          emit("Transpose", [inputs[0]!], { perm: [2, 0, 1] }),
          input!,
          recurrent!,
          emit("Concat", [inputBias!, hiddenBias!], { axis: 1 }),
        ],
        {
          outputs: 2 + cell.states,
          attributes: { hidden_size: units, direction: reverse ? "reverse" : "forward", ...onnx.attributes },
        },
      );
      const squeeze = (value: string, axis: number) =>
        emit("Squeeze", [value, constant(BigInt64Array.of(BigInt(axis)), [1])]);
      return [emit("Transpose", [squeeze(all!, 1)], { perm: [1, 2, 0] }), ...states.map((state) => squeeze(state, 0))];
    },
    gradient: ({ inputs, attributes: { reverse }, name }, { slope, slopes, wanted }) => {
      const last = slopes.slice(1);
      const given = [...inputs, slope, ...last.filter((each) => each !== undefined)];
      const made = applyOp(gradientOp, given, {
        attributes: { reverse, lastSlopes: last.map((each) => each !== undefined), wantsInput: wanted[0]! },
        name,
      });
      return [made[4], ...made.slice(0, 4)];
    },
  };
  return { cell, op, gradientOp };
}

/** [batch, feature, time] ↔ [time, feature, batch] */
export function timeFirst(x: Tensor): Tensor {
  return transpose(x, [2, 1, 0]);
}

export function weightsOf(inputs: readonly Tensor[]): RecurrentWeights {
  const [, input, hidden, inputBias, hiddenBias] = inputs as [Tensor, Tensor, Tensor, Tensor, Tensor];
  return { input, hidden, inputBias, hiddenBias };
}

/** A gradient node's outputs from the forward pass; x and its slope [time, channel, batch], `slope` [time, unit, batch]. */
export function runBackward(
  cell: RecurrentCell,
  { attributes: { reverse, lastSlopes, wantsInput } }: Node<RecurrentGradientAttributes>,
  given: {
    readonly x: Tensor;
    readonly saved: readonly Tensor[];
    readonly slope: Tensor;
    /** The node's, as they are now. */
    readonly inputs: readonly Tensor[];
  },
): readonly Tensor[] {
  const { inputs, ...rest } = given;
  let next = 6;
  const pass = cell.backward({
    ...rest,
    weights: weightsOf(inputs),
    reverse,
    lastSlopes: lastSlopes.map((present) => (present ? transpose(inputs[next++]!, [1, 0]) : undefined)),
    wantsInput,
  });
  const { input, hidden, inputBias, hiddenBias } = pass.weights;
  return [input, hidden, inputBias, hiddenBias, ...(pass.x === undefined ? [] : [pass.x])];
}

export const lstmOps = recurrentOps(lstmCell, { name: "LSTM", gateOrder: [0, 3, 1, 2], attributes: {} });
export const gruOps = recurrentOps(gruCell, {
  name: "GRU",
  gateOrder: [1, 0, 2],
  attributes: { linear_before_reset: 1 },
});

export interface RecurrentOptions extends OpOptions {
  readonly weights: RecurrentWeights;
  /** From the last time step to the first; outputs keep the places of the inputs. */
  readonly reverse?: boolean;
}

function apply({ op }: RecurrentOps, x: Tensor, options: RecurrentOptions): readonly Tensor[] {
  const { weights, reverse = false, name } = options;
  const inputs = [x, weights.input, weights.hidden, weights.inputBias, weights.hiddenBias];
  return applyOp(op, inputs, { attributes: { reverse }, name });
}

/**
 * LSTM from a state of zeros, in one direction. x [batch, channel, time], weights of 4·unit rows → output
 * [batch, unit, time] and the cell's state after the last step [batch, unit].
 */
export function lstm(x: Tensor, options: RecurrentOptions): { readonly output: Tensor; readonly cell: Tensor } {
  const [output, cell] = apply(lstmOps, x, options);
  return { output: output!, cell: cell! };
}

/** GRU from a state of zeros, in one direction. x [batch, channel, time], weights of 3·unit rows → [batch, unit, time]. */
export function gru(x: Tensor, options: RecurrentOptions): Tensor {
  return apply(gruOps, x, options)[0]!;
}
