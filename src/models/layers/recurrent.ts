import { type RecurrentWeights, type Tensor, concat, gru, lstm, reshape, slice } from "../../tensor/index.ts";
import type { LayerContext, LayerOptions, LayerScope } from "./layer-context.ts";
import { expectAxes, layerMistake } from "./layer-mistake.ts";
import { type WeightStart, startOf } from "./weight-start.ts";

export interface RecurrentLayerOptions extends LayerOptions {
  readonly units: number;
  /** Layers on top of one another; 1 unless said otherwise. */
  readonly depth?: number;
  /** Each layer also from the last sample to the first, its outputs behind the others. */
  readonly bidirectional?: boolean;
  /** Dropout between layers, as PyTorch places it. */
  readonly dropout?: number;
  /** Of all weights and biases; "pytorch", uniform within ±1/√units, unless said otherwise. */
  readonly initialise?: WeightStart;
}

/** After the last step of each direction, [batch, unit] or, of two directions, [batch, 2·unit]. */
export interface GruStates {
  readonly hidden: Tensor;
}

export interface LstmStates extends GruStates {
  readonly cell: Tensor;
}

export interface RecurrentLayers {
  /**
   * LSTM (Hochreiter & Schmidhuber 1997) with PyTorch's gates and weights, its two biases too. x [batch, channel, sample] →
   * `output` [batch, unit, sample], of two directions [batch, 2·unit, sample]; `states` by layer, the last one's last.
   */
  lstm(x: Tensor, options: RecurrentLayerOptions): { readonly output: Tensor; readonly states: readonly LstmStates[] };
  /** GRU (Cho et al. 2014) as PyTorch and cuDNN have it, the reset gate after the product. See `lstm`. */
  gru(x: Tensor, options: RecurrentLayerOptions): { readonly output: Tensor; readonly states: readonly GruStates[] };
}

/** One direction of one layer. */
type Run = (
  x: Tensor,
  options: { readonly weights: RecurrentWeights; readonly reverse: boolean; readonly name: string },
) => {
  readonly output: Tensor;
  readonly cell?: Tensor;
};

export function recurrentLayers(context: LayerContext): RecurrentLayers {
  const stack = (kind: "lstm" | "gru", gates: number, run: Run) => (x: Tensor, options: RecurrentLayerOptions) => {
    const { name, units, depth = 1, bidirectional = false, dropout = 0, initialise = "pytorch" } = options;
    const states: { hidden: Tensor; cell?: Tensor }[] = [];
    const output = context.layer({ kind, name, inputs: [x] }, (scope) => {
      expectAxes(x, { layer: scope.name, exactly: 3, axes: "[batch, channel, sample]" });
      for (const [what, count] of Object.entries({ units, depth })) {
        if (!(Number.isInteger(count) && count > 0))
          throw layerMistake(scope.name, `at least one of its ${what}`, count);
      }
      let y = x;
      for (let layer = 1; layer <= depth; layer++) {
        if (layer > 1) y = scope.drop(y, { rate: dropout, shape: y.shape });
        const below = y;
        const directions = (bidirectional ? [false, true] : [false]).map((reverse) => {
          const part = `layer${layer}${reverse ? ".reverse" : ""}`;
          const channels = below.shape[1]!;
          const weights = weightsOf(scope, { part, rows: gates * units, channels, units, initialise });
          const made = run(below, { weights, reverse, name: `${scope.name}.${part}` });
          return { ...made, hidden: lastStep(made.output, reverse) };
        });
        const join = (parts: readonly Tensor[]) => (parts.length === 1 ? parts[0]! : concat(parts, 1));
        const cells = directions.flatMap(({ cell }) => (cell === undefined ? [] : [cell]));
        states.push({
          hidden: join(directions.map(({ hidden }) => hidden)),
          ...(cells.length === 0 ? {} : { cell: join(cells) }),
        });
        y = join(directions.map((direction) => direction.output));
      }
      return y;
    });
    return { output, states };
  };
  return {
    lstm: (x, options) => stack("lstm", 4, lstm)(x, options) as ReturnType<RecurrentLayers["lstm"]>,
    gru: stack("gru", 3, (x, options) => ({ output: gru(x, options) })),
  };
}

interface WeightSizes {
  readonly part: string;
  readonly rows: number;
  readonly channels: number;
  readonly units: number;
  readonly initialise: WeightStart;
}

function weightsOf(scope: LayerScope, { part, rows, channels, units, initialise }: WeightSizes): RecurrentWeights {
  const start = startOf(initialise, { fanIn: units, fanOut: rows });
  const weight = (what: string, shape: readonly number[], decays: boolean) =>
    scope.parameter(`${part}.${what}`, shape, { initialise: start, decays });
  return {
    input: weight("inputWeight", [rows, channels], true),
    hidden: weight("hiddenWeight", [rows, units], true),
    inputBias: weight("inputBias", [rows], false),
    hiddenBias: weight("hiddenBias", [rows], false),
  };
}

/** What a direction ends with: [batch, unit, sample] → [batch, unit] */
function lastStep(output: Tensor, reverse: boolean): Tensor {
  const [batch, units] = output.shape as [number, number];
  const step = reverse ? { start: 0, end: 1 } : { start: -1 };
  return reshape(slice(output, { axis: 2, ...step }), [batch, units]);
}
