import { UserError } from "../core/errors.ts";
import { BuildError, type DType, type Tensor, input, sizeOf } from "../tensor/index.ts";
import {
  type IsFrozen,
  type LayerRecord,
  type Layers,
  type Mode,
  type RunningUpdate,
  createLayers,
} from "./layers/index.ts";
import { type SettingsSchema, parseModelSettings } from "./model-settings.ts";
import * as ops from "./ops.ts";

/** A net, declared once: what it is called, which settings it takes, and how its graph is written. */
export interface Architecture<Settings = unknown> {
  readonly name: string;
  /** Who described it. */
  readonly source: string;
  /** Absent where it takes none. */
  readonly settings?: SettingsSchema<Settings>;
  /** The shape of x without the batch, of as many values; [channel, sample] where absent. */
  signalShape?(sizes: ModelSizes & { readonly settings: Settings }): readonly number[];
  /** What it reads beside the signal x, by name; absent for nothing. */
  inputs?(sizes: ModelSizes & { readonly settings: Settings }): Readonly<Record<string, InputDeclaration>>;
  /**
   * x [batch, channel, sample], or of its own shape, → logits [batch, class]; or several outputs by name, of which `logits` is what training
   * learns and a saved model says.
   */
  build(x: Tensor, context: BuildContext<Settings>): Tensor | Readonly<Record<string, Tensor>>;
}

/** What a net is made to fit. */
export interface ModelSizes {
  readonly channels: number;
  readonly samples: number;
  readonly classCount: number;
}

export interface InputDeclaration {
  /** Without the batch. */
  readonly shape: readonly number[];
  /** float32 where absent. */
  readonly dtype?: DType;
}

/** What a net is written with. */
export interface BuildContext<Settings = unknown> {
  /** Parts with weights. */
  readonly layers: Layers;
  /** Functions without weights. */
  readonly ops: typeof ops;
  readonly settings: Settings;
  readonly classCount: number;
  /** By the names that `inputs` declared. */
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** A net of given sizes as a graph. */
export interface TracedNet {
  /** `x` [batch, channel, sample], or of the architecture's shape, and what was declared beside it. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Scalar, to be added to the loss; absent where no layer has one. */
  readonly penalty: Tensor | undefined;
  readonly updates: readonly RunningUpdate[];
  /** Every use of a layer, in the order in which they were written. */
  readonly layers: readonly LayerRecord[];
}

/** A net from a signal, and what is read beside it, to classes. */
export interface TracedModel extends TracedNet {
  /** [batch, channel, sample], or of the architecture's shape */
  readonly x: Tensor;
  /** [batch, class] */
  readonly logits: Tensor;
}

export interface TraceOptions extends ModelSizes {
  readonly mode: Mode;
  /** Which parameters a training leaves as they are; none where absent. */
  readonly isFrozen?: IsFrozen;
  readonly settings: unknown;
  readonly batch: number;
}

/**
 * Writes the graph of an architecture of any inputs and outputs.
 * @throws UserError where the settings are not the architecture's, or sizes do not fit.
 */
export function traceNet(architecture: Architecture, options: TraceOptions): TracedNet {
  const { mode, batch, channels, samples, classCount } = options;
  const settings = parseModelSettings(architecture, options.settings);
  const layers = createLayers(mode, options.isFrozen);
  const sizes = { channels, samples, classCount, settings };
  const x = input("x", [batch, ...(architecture.signalShape?.(sizes) ?? [channels, samples])]);
  if (sizeOf(x.shape) !== batch * channels * samples) {
    throw new UserError(
      `Cannot build model ${architecture.name}: expected as many values as an input of shape ` +
        `[${x.shape.slice(1).join(", ")}] has, found ${channels} × ${samples}.`,
    );
  }
  const declared = architecture.inputs?.(sizes) ?? {};
  if (Object.hasOwn(declared, "x")) {
    throw new UserError(
      `Cannot build model ${architecture.name}: expected inputs beside the signal x, found one called x.`,
    );
  }
  const inputs = Object.fromEntries(
    Object.entries(declared).map(([name, { shape, dtype = "float32" }]) => [
      name,
      input(name, [batch, ...shape], { dtype }),
    ]),
  );
  const built = placingMistakes(layers, () => architecture.build(x, { layers, ops, settings, classCount, inputs }));
  return {
    inputs: { x, ...inputs },
    outputs: isTensor(built) ? { logits: built } : built,
    penalty: layers.penalty(),
    updates: layers.updates(),
    layers: layers.records(),
  };
}

/**
 * {@link traceNet} for a net that classifies a signal, beside which it may read other numbers, as training and model files have it.
 * @throws UserError also where the net is of another kind.
 */
export function traceModel(architecture: Architecture, options: TraceOptions): TracedModel {
  const net = traceNet(architecture, options);
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot build model ${architecture.name}: expected ${wanted}, found ${found}.`);
  const other = Object.entries(net.inputs).find(([, { dtype }]) => dtype !== "float32");
  if (other !== undefined) throw mistake("inputs of float32", `${other[0]} of ${other[1].dtype}`);
  const { logits } = net.outputs;
  if (logits === undefined) throw mistake("an output logits", Object.keys(net.outputs).join(", ") || "none");
  const wanted = `[${options.batch}, ${options.classCount}]`;
  const found = `[${logits.shape.join(", ")}]`;
  if (found !== wanted) throw mistake(`logits of shape ${wanted}, one for each row and class`, found);
  return { ...net, x: net.inputs["x"]!, logits };
}

/** An op of the model itself that does not fit says after which layer it comes. */
function placingMistakes<Result>(layers: Layers, build: () => Result): Result {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof BuildError) || error.mistake.layer !== undefined) throw error;
    throw error.afterLayer(layers.records().at(-1)?.name);
  }
}

function isTensor(value: Tensor | Readonly<Record<string, Tensor>>): value is Tensor {
  return Array.isArray(value.shape);
}
