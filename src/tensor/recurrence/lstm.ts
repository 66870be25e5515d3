import { add, mul, sub } from "../ops/binary.ts";
import { matmul } from "../ops/matmul.ts";
import { concat, slice } from "../ops/ranges.ts";
import { fill, reshape, transpose } from "../ops/reshape.ts";
import { scan } from "../ops/scan.ts";
import { split } from "../ops/split.ts";
import { sigmoid, tanh } from "../ops/unary.ts";
import type { Tensor } from "../tensor.ts";
import { type RecurrentCell, besideBias, productOfRows, rowsOf } from "./cell.ts";

/**
 * LSTM (Hochreiter & Schmidhuber 1997, with forget gates: Gers 2000); gates in PyTorch's order: input, forget, cell,
 * output. Each step is one product of all weights with [x; 1; h].
 *
 * For the backward pass, a step saves [x; 1; h], the forget gate f, and what the slopes of output and cell have to be
 * multiplied with: with u = i·g, v = f·c, each is a value minus that value times another, e.g. for the input gate
 * g·i·(1 − i) = u − u·i. So the backward step is six products of vectors and one of matrices.
 */
export const lstmCell: RecurrentCell = {
  name: "lstm",
  gates: 4,
  states: 1,

  forward: (x, { weights, reverse, saving }) => {
    const [units, batch] = [weights.hidden.shape[1]!, x.shape[2]!];
    const zeros = fill([units, batch], 0);
    const all = besideBias([weights.input, add(weights.inputBias, weights.hiddenBias), weights.hidden]);
    const ones = fill([1, batch], 1);
    const pass = scan(
      { states: [zeros, zeros], sequences: [x], shared: [all, ones], reverse },
      ({ states: [h, c], slices: [now], shared: [w, one] }) => {
        const z = concat([now!, one!, h!], 0);
        const parts = split(matmul(w!, z), { axis: 0, sizes: [units, units, units, units] });
        const [i, f, o] = [sigmoid(parts[0]!), sigmoid(parts[1]!), sigmoid(parts[3]!)];
        const g = tanh(parts[2]!);
        const [u, v] = [mul(i, g), mul(f, c!)];
        const nextCell = add(u, v);
        const t = tanh(nextCell);
        const next = mul(o, t);
        const less = (value: Tensor, factor: Tensor) => sub(value, mul(value, factor));
        const factors = [less(u, i), less(v, f), sub(i, mul(u, g)), less(next, o), sub(o, mul(next, t))];
        return { states: [next, nextCell], outputs: saving ? [next, z, f, ...factors] : [next] };
      },
    );
    const [output, ...saved] = pass.outputs;
    return { output: output!, last: [pass.states[1]!], saved };
  },

  backward: ({ x, weights, reverse, saved: [z, ...factors], slope, lastSlopes, wantsInput }) => {
    const [channels, units, batch] = [x.shape[1]!, weights.hidden.shape[1]!, x.shape[2]!];
    const zeros = fill([units, batch], 0);
    const back = transpose(wantsInput ? concat([weights.input, weights.hidden], 1) : weights.hidden, [1, 0]);
    const pass = scan(
      { states: [zeros, lastSlopes[0] ?? zeros], sequences: [slope, ...factors], shared: [back], reverse: !reverse },
      ({ states: [fromNext, fromNextCell], slices, shared: [w] }) => {
        const [fromAbove, f, toInput, toForget, toCell, toOutput, fromOutput] = slices as [Tensor, ...Tensor[]];
        const ofHidden = add(fromNext!, fromAbove);
        const ofCell = add(mul(ofHidden, fromOutput!), fromNextCell!);
        const ofGates = concat(
          [mul(ofCell, toInput!), mul(ofCell, toForget!), mul(ofCell, toCell!), mul(ofHidden, toOutput!)],
          0,
        );
        const before = matmul(w!, ofGates);
        const [ofInput, ofBefore] = wantsInput
          ? split(before, { axis: 0, sizes: [channels, units] })
          : [undefined, before];
        return { states: [ofBefore!, mul(ofCell, f!)], outputs: ofInput ? [ofGates, ofInput] : [ofGates] };
      },
    );
    const [ofGates, ofInput] = pass.outputs;
    const product = productOfRows(rowsOf(ofGates!), rowsOf(z!));
    const columns = (start: number, end: number) => slice(product, { axis: 1, start, end });
    const bias = reshape(columns(channels, channels + 1), [4 * units]);
    return {
      x: ofInput,
      weights: {
        input: columns(0, channels),
        hidden: columns(channels + 1, channels + 1 + units),
        inputBias: bias,
        hiddenBias: bias,
      },
    };
  },
};
