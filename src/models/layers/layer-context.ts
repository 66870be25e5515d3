import { UserError } from "../../core/errors.ts";
import {
  BuildError,
  type ParameterOptions,
  type Tensor,
  add,
  maskInput,
  mul,
  parameter,
  reduceSum,
  scale,
} from "../../tensor/index.ts";

export type Mode = "training" | "inference";

/** A running statistic and what a training step makes of it. */
export interface RunningUpdate {
  readonly parameter: Tensor;
  readonly value: Tensor;
}

/** One use of a layer, as `models show` lists it; a layer made of others comes after them. */
export interface LayerRecord {
  /** With the names of the scopes around it: `block1.conv2`. */
  readonly name: string;
  /** `conv1d`, `dense`, … */
  readonly kind: string;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

/** What every layer may be given: a name, or it gets one of its kind and number, such as `conv1d_2`. */
export interface LayerOptions {
  readonly name?: string | undefined;
}

export interface LayerCall extends LayerOptions {
  readonly kind: string;
  readonly inputs: readonly Tensor[];
}

/** The inside of one layer. */
export interface LayerScope {
  /** With the names of the scopes around it, for the ops of the layer. */
  readonly name: string;
  /** A weight `<layer>.<part>`; the same tensor again where a shared layer is applied again. */
  parameter(part: string, shape: readonly number[], options: ParameterOptions): Tensor;
  /** In training, x times a mask that is 0 at a share `rate` of its places; `shape` has ones where places share a fate. */
  drop(x: Tensor, options: { readonly rate: number; readonly shape: readonly number[] }): Tensor;
  /** Adds `l2` times the sum of a weight's squares to the loss, once per weight. */
  penalise(weight: Tensor, l2: number): void;
  /** The value that a running statistic has by now; more than the parameter where a shared layer has moved it already. */
  running(statistic: Tensor): Tensor;
  /** Says what a training step makes of a running statistic. */
  move(statistic: Tensor, value: Tensor): void;
}

/** Says of a parameter, by its name, whether a training leaves it as it is. */
export type IsFrozen = (name: string) => boolean;

/** What the layers of one model have in common while it is written. */
export interface LayerContext {
  readonly mode: Mode;
  readonly isFrozen: IsFrozen;
  /** Builds one layer under its name. */
  layer(call: LayerCall, build: (scope: LayerScope) => Tensor): Tensor;
  /** Runs code whose layers' names begin with `name.`; with `repeat` the layers of the first time are used again. */
  within<Result>(name: string, code: () => Result, options?: { readonly repeat?: boolean }): Result;
  penalty(): Tensor | undefined;
  updates(): readonly RunningUpdate[];
  records(): readonly LayerRecord[];
}

/** A stretch of names. */
interface NameScope {
  readonly prefix: string;
  readonly repeat: boolean;
  /** Layers without a name so far, by kind. */
  readonly counts: Map<string, number>;
}

export function createLayerContext(mode: Mode, isFrozen: IsFrozen): LayerContext {
  let penalty: Tensor | undefined;
  const penalised = new Set<Tensor>();
  const parameters = new Map<string, Tensor>();
  const layerNames = new Set<string>();
  const masks = new Map<string, number>();
  const updates = new Map<Tensor, Tensor>();
  const records: LayerRecord[] = [];
  let scope: NameScope = { prefix: "", repeat: false, counts: new Map() };

  const enter = <Result>(prefix: string, repeat: boolean, code: () => Result): Result => {
    const outer = scope;
    scope = { prefix, repeat, counts: new Map() };
    try {
      return code();
    } finally {
      scope = outer;
    }
  };

  /** The layer's own name, or one of its kind and number. */
  const nameOf = ({ kind, name }: LayerCall): string => {
    if (name !== undefined) return scope.prefix + name;
    const count = (scope.counts.get(kind) ?? 0) + 1;
    scope.counts.set(kind, count);
    return `${scope.prefix}${kind}_${count}`;
  };

  const claim = (name: string) => {
    if (layerNames.has(name) && !scope.repeat) {
      throw new UserError(
        `Cannot build layer "${name}": expected a name that no other layer has, found a second layer of this name ` +
          `(layers.shared applies one layer several times).`,
      );
    }
    layerNames.add(name);
  };

  const insideOf = (name: string): LayerScope => ({
    name,
    parameter: (part, shape, options) => {
      const full = `${name}.${part}`;
      const known = parameters.get(full);
      if (known === undefined) {
        const made = parameter(full, shape, options);
        parameters.set(full, made);
        return made;
      }
      if (known.shape.join() === shape.join()) return known;
      throw new UserError(
        `Cannot share layer "${name}": expected an input for which "${full}" has shape [${known.shape.join(", ")}], ` +
          `found one for which it has [${shape.join(", ")}].`,
      );
    },
    drop: (x, { rate, shape }) => {
      if (mode === "inference" || rate === 0) return x;
      const count = (masks.get(name) ?? 0) + 1;
      masks.set(name, count);
      // A shared layer draws another mask each time that it is applied.
      return mul(x, maskInput(count === 1 ? name : `${name}#${count}`, shape, { rate }), { name });
    },
    penalise: (weight, l2) => {
      if (l2 === 0 || mode === "inference" || penalised.has(weight)) return;
      penalised.add(weight);
      const term = scale(reduceSum(mul(weight, weight)), l2);
      penalty = penalty === undefined ? term : add(penalty, term);
    },
    running: (statistic) => updates.get(statistic) ?? statistic,
    move: (statistic, value) => updates.set(statistic, value),
  });

  return {
    mode,
    isFrozen,
    layer: (call, build) => {
      const name = nameOf(call);
      claim(name);
      const output = naming(name, () => enter(`${name}.`, scope.repeat, () => build(insideOf(name))));
      records.push({ name, kind: call.kind, inputs: call.inputs, output });
      return output;
    },
    within: (name, code, { repeat = false } = {}) => {
      const full = scope.prefix + name;
      return naming(full, () => enter(`${full}.`, scope.repeat || repeat, code));
    },
    penalty: () => penalty,
    updates: () => [...updates].map(([statistic, value]) => ({ parameter: statistic, value })),
    records: () => records,
  };
}

/** Runs code; an op that does not fit and does not say where it is gets the layer's name. */
function naming<Result>(layer: string, code: () => Result): Result {
  try {
    return code();
  } catch (error) {
    if (error instanceof BuildError && error.mistake.layer === undefined) throw error.inLayer(layer);
    throw error;
  }
}
