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
   * Convolutional LSTM over a sequence of images (Shi et al. 2015). x [batch, time, channel, row, column], or the images of
   * each step [batch, channel, row, column] → `output` [batch, time, filter, row, column], of two directions 2·filter, and
   * the states [batch, filter, row, column] after the last step of each direction.
   */
  convLstm(x: Tensor | readonly Tensor[], options: ConvLstmLayerOptions): { readonly output: Tensor } & LstmStates;
}

export function convLstmLayers(context: LayerContext): ConvLstmLayers {
  return {
    convLstm: (x, { name, bidirectional = false, ...options }) => {
      let states: LstmStates | undefined;
      const inputs = isTensor(x) ? [x] : x;
      const output = context.layer({ kind: "convLstm", name, inputs }, (scope) => {
        const axes = isTensor(x) ? "[batch, time, channel, row, column]" : "[batch, channel, row, column]";
        for (const each of inputs) expectAxes(each, { layer: scope.name, exactly: isTensor(x) ? 5 : 4, axes });
        if (!(Number.isInteger(options.kernel) && options.kernel > 0)) {
          throw layerMistake(scope.name, "a kernel of at least one row", options.kernel);
        }
        const images = isTensor(x) ? imagesOf(x) : x;
        const passes = (bidirectional ? [false, true] : [false]).map((reverse) =>
          runPass(images, directionOf(images[0]!, { ...options, scope, reverse })),
        );
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

const isTensor = (x: Tensor | readonly Tensor[]): x is Tensor => "shape" in x;

/** [batch, time, channel, row, column] → of each step [batch, channel, row, column] */
function imagesOf(x: Tensor): readonly Tensor[] {
  const [batch, time, ...image] = x.shape as [number, number, ...number[]];
  const parts = time === 1 ? [x] : split(x, { axis: 1, sizes: Array.from({ length: time }, () => 1) });
  return parts.map((part) => reshape(part, [batch, ...image]));
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

/** x [batch, channel, row, column] */
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
    inputWeight: weight("inputWeight", x.shape[1]!),
    hiddenWeight: weight("hiddenWeight", filters),
    bias: scope.parameter(`${part}bias`, [4 * filters], zeros),
    looks: peephole ? scope.parameter(`${part}peephole`, [3, filters, ...x.shape.slice(2)], zeros) : undefined,
  };
}

/**
 * One direction over images [batch, channel, row, column]. A step's gates get what the image and the state give by one
 * convolution of both. The first step finds zeros, so neither the state nor the forget gate counts there.
 */
function runPass(images: readonly Tensor[], { reverse, layer, inputWeight, hiddenWeight, bias, looks }: Direction) {
  const outputs: Tensor[] = [];
  const both = images.length === 1 ? undefined : concat([inputWeight, hiddenWeight], 1);
  let state: LstmStates | undefined;
  for (const image of reverse ? images.toReversed() : images) {
    const x = state === undefined ? image : concat([image, state.hidden], 1);
    const [weight, biases] = state === undefined ? [inputWeight, bias].map(withoutForget) : [both!, bias];
    const gates = add(
      conv2d(x, weight!, { padding: "same", name: layer }),
      reshape(biases!, [1, biases!.shape[0]!, 1, 1]),
    );
    state = nextStates(gates, { before: state?.cell, looks });
    const [batch, ...shape] = state.hidden.shape as [number, ...number[]];
    outputs.push(reshape(state.hidden, [batch, 1, ...shape]));
  }
  return { output: joined(reverse ? outputs.toReversed() : outputs, 1), ...state! };
}

/** [4·filter, …] → [3·filter, …], the rows of input, new and output gate. */
function withoutForget(rows: Tensor): Tensor {
  const [ofInput, , ofNew, ofOutput] = split(rows, { axis: 0, sizes: quarters(rows.shape[0]!) });
  return concat([ofInput!, ofNew!, ofOutput!], 0);
}

const quarters = (count: number) => Array.from({ length: 4 }, () => count / 4);

/** gates [batch, 4·filter, row, column]: input, forget, new, output; without forget, [batch, 3·filter, row, column], in the first step. */
function nextStates(
  gates: Tensor,
  { before, looks }: { readonly before: Tensor | undefined; readonly looks: Tensor | undefined },
): LstmStates {
  const count = before === undefined ? 3 : 4;
  const parts = split(gates, { axis: 1, sizes: Array.from({ length: count }, () => gates.shape[1]! / count) });
  const [ofInput, ofForget] = [parts[0]!, parts[1]!];
  const [ofNew, ofOutput] = parts.slice(-2) as [Tensor, Tensor];
  const look = (value: Tensor, index: number, cell: Tensor | undefined) =>
    looks === undefined || cell === undefined
      ? value
      : add(value, mul(slice(looks, { axis: 0, start: index, end: index + 1 }), cell));
  const written = mul(sigmoid(look(ofInput, 0, before)), tanh(ofNew));
  const cell = before === undefined ? written : add(mul(sigmoid(look(ofForget, 1, before)), before), written);
  return { hidden: mul(sigmoid(look(ofOutput, 2, cell)), tanh(cell)), cell };
}
