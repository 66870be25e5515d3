import { scalar } from "../math.ts";
import { add, mul, sub } from "../ops/binary.ts";
import { matmul } from "../ops/matmul.ts";
import { concat, slice } from "../ops/ranges.ts";
import { reduceSum } from "../ops/reduce.ts";
import { fill, reshape, transpose } from "../ops/reshape.ts";
import { scan } from "../ops/scan.ts";
import { split } from "../ops/split.ts";
import { sigmoid, tanh } from "../ops/unary.ts";
import type { Tensor } from "../tensor.ts";
import { type RecurrentCell, type RecurrentWeights, besideBias, productOfRows, rowsOf } from "./cell.ts";

/**
 * GRU (Cho et al. 2014) as PyTorch and cuDNN have it, the reset gate applied after the product with the state: gates in
 * the order reset r, update z, new n; n = tanh(Wx + b + r·m), m = Uh + c, h′ = n + z·(h − n).
 *
 * For the backward pass, a step saves [1; h], z, and what the slope of h′ has to be multiplied with for r, z, m and n.
 */
export const gruCell: RecurrentCell = {
  name: "gru",
  gates: 3,
  states: 0,

  forward: (x, { weights, reverse, saving }) => {
    const [units, batch] = [weights.hidden.shape[1]!, x.shape[2]!];
    const [gates, fresh] = splitWeights(weights);
    const ofGates = besideBias([gates.input, add(gates.inputBias, gates.hiddenBias), gates.hidden]);
    const ofHidden = besideBias([fresh.hiddenBias, fresh.hidden]);
    const bias = reshape(fresh.inputBias, [units, 1]);
    const one = fill([1, batch], 1);
    const pass = scan(
      {
        states: [fill([units, batch], 0)],
        sequences: [x],
        shared: [ofGates, ofHidden, fresh.input, bias, one],
        reverse,
      },
      ({ states: [h], slices: [now], shared: [wGates, wHidden, wInput, b, ones] }) => {
        const before = concat([ones!, h!], 0);
        const parts = split(matmul(wGates!, concat([now!, before], 0)), { axis: 0, sizes: [units, units] });
        const [r, z] = [sigmoid(parts[0]!), sigmoid(parts[1]!)];
        const m = matmul(wHidden!, before);
        const n = tanh(add(mul(r, m), add(matmul(wInput!, now!), b!)));
        const moved = mul(z, sub(h!, n));
        const next = add(n, moved);
        if (!saving) return { states: [next], outputs: [next] };
        const rest = sub(scalar(1), z);
        const toNew = sub(rest, mul(rest, mul(n, n)));
        const toHidden = mul(toNew, r);
        const both = mul(toHidden, m);
        const toReset = sub(both, mul(both, r));
        return { states: [next], outputs: [next, before, z, toReset, mul(moved, rest), toHidden, toNew] };
      },
    );
    const [output, ...saved] = pass.outputs;
    return { output: output!, last: [], saved };
  },

  backward: ({ x, weights, reverse, saved: [before, ...factors], slope, wantsInput }) => {
    const [channels, units, batch] = [x.shape[1]!, weights.hidden.shape[1]!, x.shape[2]!];
    const [gates, fresh] = splitWeights(weights);
    const backGates = transpose(wantsInput ? concat([gates.input, gates.hidden], 1) : gates.hidden, [1, 0]);
    const backHidden = transpose(fresh.hidden, [1, 0]);
    const backInput = transpose(fresh.input, [1, 0]);
    const pass = scan(
      {
        states: [fill([units, batch], 0)],
        sequences: [slope, ...factors],
        shared: wantsInput ? [backGates, backHidden, backInput] : [backGates, backHidden],
        reverse: !reverse,
      },
      ({ states: [fromNext], slices, shared: [wGates, wHidden, wInput] }) => {
        const [fromAbove, z, toReset, toUpdate, toHidden, toNew] = slices as [Tensor, ...Tensor[]];
        const d = add(fromNext!, fromAbove);
        const ofGates = concat([mul(d, toReset!), mul(d, toUpdate!)], 0);
        const [ofHidden, ofNew] = [mul(d, toHidden!), mul(d, toNew!)];
        const both = matmul(wGates!, ofGates);
        const [ofInput, ofBefore] = wantsInput ? split(both, { axis: 0, sizes: [channels, units] }) : [undefined, both];
        const state = add(matmul(wHidden!, ofHidden), add(ofBefore!, mul(d, z!)));
        const outputs = [ofGates, ofHidden, ofNew];
        return { states: [state], outputs: ofInput ? [...outputs, add(matmul(wInput!, ofNew), ofInput)] : outputs };
      },
    );
    const [ofGates, ofHidden, ofNew] = pass.outputs.slice(0, 3).map(rowsOf) as [Tensor, Tensor, Tensor];
    const [xRows, beforeRows] = [rowsOf(x), rowsOf(before!)];
    const hidden = concat([productOfRows(ofGates, beforeRows), productOfRows(ofHidden, beforeRows)], 0);
    const bias = reshape(slice(hidden, { axis: 1, start: 0, end: 1 }), [3 * units]);
    return {
      x: pass.outputs[3],
      weights: {
        input: concat([productOfRows(ofGates, xRows), productOfRows(ofNew, xRows)], 0),
        hidden: slice(hidden, { axis: 1, start: 1 }),
        inputBias: concat([slice(bias, { axis: 0, end: 2 * units }), reduceSum(ofNew, { axes: [1] })], 0),
        hiddenBias: bias,
      },
    };
  },
};

/** The rows of reset and update gate, and those of the new value. */
function splitWeights({
  input,
  hidden,
  inputBias,
  hiddenBias,
}: RecurrentWeights): [RecurrentWeights, RecurrentWeights] {
  const units = hidden.shape[1]!;
  const rows = (start: number, end: number): RecurrentWeights => {
    const part = (weight: Tensor) => slice(weight, { axis: 0, start, end });
    return { input: part(input), hidden: part(hidden), inputBias: part(inputBias), hiddenBias: part(hiddenBias) };
  };
  return [rows(0, 2 * units), rows(2 * units, 3 * units)];
}
