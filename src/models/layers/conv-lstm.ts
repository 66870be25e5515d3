import { type Tensor, add, concat, conv2d, mul, reshape, sigmoid, slice, split, tanh } from "../../tensor/index.ts";
import type { LayerContext, LayerOptions, LayerScope } from "./layer-context.ts";
import { expectAxes, layerMistake } from "./layer-mistake.ts";
import type { LstmStates } from "./recurrent.ts";
import { kernelOf } from "./with-bias.ts";
import { type WeightStart, startOf } from "./weight-start.ts";

export interface ConvLstmLayerOptions extends LayerOptions {
  readonly filters: number;
  /** Rows and columns of both kernels; padding is 'same'. */
  readonly kernel: number;
  /** Also from the last image to the first, its outputs behind the others. */
  readonly bidirectional?: boolean;
  /** Whether gates look at the cell, each place of the image by a weight of its own, as Shi et al. wrote it. */
  readonly peephole?: boolean;
  readonly initialise?: WeightStart;
}

export interface ConvLstmLayers {
  /**
   * Convolutional LSTM over a sequence of images (Shi et al. 2015). x [batch, time, channel, row, column] → `output`
   * [batch, time, filter, row, column], of two directions 2·filter, and the states [batch, filter, row, column] after
   * the last step of each direction.
   */
  convLstm(x: Tensor, options: ConvLstmLayerOptions): { readonly output: Tensor } & LstmStates;
}

export function convLstmLayers(context: LayerContext): ConvLstmLayers {
  return {
    convLstm: (x, { name, bidirectional = false, ...options }) => {
      let states: LstmStates | undefined;
      const output = context.layer({ kind: "convLstm", name, inputs: [x] }, (scope) => {
        expectAxes(x, { layer: scope.name, exactly: 5, axes: "[batch, time, channel, row, column]" });
        if (!(Number.isInteger(options.kernel) && options.kernel > 0)) {
          throw layerMistake(scope.name, "a kernel of at least one row", options.kernel);
        }
        const directions = (bidirectional ? [false, true] : [false]).map((reverse) =>
          directionOf(x, { ...options, scope, reverse }),
        );
        const given = fromImages(x, directions, scope.name);
        const passes = directions.map((direction, index) => runPass(given[index]!, direction));
        const join = (key: "hidden" | "cell") =>
          joined(
            passes.map((pass) => pass[key]),
            1,
          );
        states = { hidden: join("hidden"), cell: join("cell") };
        return joined(
          passes.map((pass) => pass.output),
          2,
        );
      });
      return { output, ...states! };
    },
  };
}

const joined = (parts: readonly Tensor[], axis: number) => (parts.length === 1 ? parts[0]! : concat(parts, axis));

interface DirectionOptions extends Omit<ConvLstmLayerOptions, "name" | "bidirectional"> {
  readonly scope: LayerScope;
  readonly reverse: boolean;
}

/** The weights of one direction. */
interface Direction {
  readonly reverse: boolean;
  readonly layer: string;
  /** [4·filter, channel, k, k] */
  readonly inputWeight: Tensor;
  /** [4·filter, filter, k, k] */
  readonly hiddenWeight: Tensor;
  /** [4·filter] */
  readonly bias: Tensor;
  /** [3, filter, row, column] */
  readonly looks: Tensor | undefined;
}

function directionOf(x: Tensor, options: DirectionOptions): Direction {
  const { scope, reverse, filters, kernel, peephole = false, initialise = "glorotUniform" } = options;
  const part = reverse ? "reverse." : "";
  const weight = (what: string, from: number) =>
    kernelOf(scope, {
      part: `${part}${what}`,
      shape: [4 * filters, from, kernel, kernel],
      fans: { fanIn: from * kernel ** 2, fanOut: 4 * filters * kernel ** 2 },
      initialise,
    });
  const zeros = { initialise: startOf("zeros", { fanIn: 1, fanOut: 1 }) };
  return {
    reverse,
    layer: scope.name,
    inputWeight: weight("inputWeight", x.shape[2]!),
    hiddenWeight: weight("hiddenWeight", filters),
    bias: scope.parameter(`${part}bias`, [4 * filters], zeros),
    looks: peephole ? scope.parameter(`${part}peephole`, [3, filters, ...x.shape.slice(3)], zeros) : undefined,
  };
}

/**
 * What the gates of each direction get from the images, [batch, time, 4·filter, row, column]: of all steps and both
 * directions by one convolution, since only the products with the state have to be one by one.
 */
function fromImages(x: Tensor, directions: readonly Direction[], name: string): readonly Tensor[] {
  const [batch, time, channels, rows, columns] = x.shape as [number, number, number, number, number];
  const images = reshape(x, [batch * time, channels, rows, columns]);
  const weight = joined(
    directions.map(({ inputWeight }) => inputWeight),
    0,
  );
  const bias = joined(
    directions.map((direction) => direction.bias),
    0,
  );
  const all = add(conv2d(images, weight, { padding: "same", name }), reshape(bias, [1, bias.shape[0]!, 1, 1]));
  const steps = reshape(all, [batch, time, bias.shape[0]!, rows, columns]);
  if (directions.length === 1) return [steps];
  return split(steps, { axis: 2, sizes: directions.map((direction) => direction.bias.shape[0]!) });
}

/** One direction. steps [batch, time, 4·filter, row, column] */
function runPass(steps: Tensor, { reverse, layer, hiddenWeight, looks }: Direction) {
  const [batch, time, gateCount, rows, columns] = steps.shape as [number, number, number, number, number];
  const parts = time === 1 ? [steps] : split(steps, { axis: 1, sizes: Array.from({ length: time }, () => 1) });
  const outputs: Tensor[] = [];
  let state: LstmStates | undefined;
  for (const part of reverse ? parts.toReversed() : parts) {
    const now = reshape(part, [batch, gateCount, rows, columns]);
    // The first step finds zeros.
    const gates =
      state === undefined ? now : add(now, conv2d(state.hidden, hiddenWeight, { padding: "same", name: layer }));
    state = nextStates(gates, { before: state?.cell, looks });
    outputs.push(reshape(state.hidden, [batch, 1, gateCount / 4, rows, columns]));
  }
  return { output: joined(reverse ? outputs.toReversed() : outputs, 1), ...state! };
}

/** gates [batch, 4·filter, row, column]: input, forget, new, output. */
function nextStates(
  gates: Tensor,
  { before, looks }: { readonly before: Tensor | undefined; readonly looks: Tensor | undefined },
): LstmStates {
  const filters = gates.shape[1]! / 4;
  const [ofInput, ofForget, ofNew, ofOutput] = split(gates, { axis: 1, sizes: [filters, filters, filters, filters] });
  const look = (value: Tensor, index: number, cell: Tensor | undefined) =>
    looks === undefined || cell === undefined
      ? value
      : add(value, mul(slice(looks, { axis: 0, start: index, end: index + 1 }), cell));
  const written = mul(sigmoid(look(ofInput!, 0, before)), tanh(ofNew!));
  const cell = before === undefined ? written : add(mul(sigmoid(look(ofForget!, 1, before)), before), written);
  return { hidden: mul(sigmoid(look(ofOutput!, 2, cell)), tanh(cell)), cell };
}
