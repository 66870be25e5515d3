import { type Architecture, type TracedModel, traceModel } from "../../models/index.ts";
import {
  type Leaves,
  type Tensor,
  add,
  input,
  leafName,
  leavesOf,
  mul,
  reduceSum,
  scale,
  sizeOf,
} from "../../tensor/index.ts";
import { UserError } from "../../core/errors.ts";
import type { ExtraInput } from "../../signal/index.ts";
import { layerDepths } from "./layer-depths.ts";
import { type LossSettings, lossOf } from "./losses/index.ts";
import { type ParameterRule, type ParameterRules, frozenBy, parameterRules } from "./parameter-groups.ts";

/** The sizes of what a net reads and says. */
export interface ModelShape {
  readonly channels: number;
  readonly samples: number;
  readonly classCount: number;
}

export interface TrainingGraphOptions extends ModelShape, ParameterRules {
  readonly architecture: Architecture;
  readonly settings: unknown;
  readonly loss: LossSettings;
  /** Rows that are computed at once. */
  readonly shardSize: number;
  /** Parts that a batch is computed in, over all replicas. */
  readonly parts: number;
}

/** A part's share of a batch's loss, with everything that it depends on. */
export interface TrainingGraph {
  /** Scalar. */
  readonly loss: Tensor;
  /** What the optimizer changes. */
  readonly trained: readonly Tensor[];
  /** Running statistics, as the layers move them. */
  readonly moved: TracedModel["updates"];
  /** What stays as it is: frozen parameters, and those that are not trained and that no layer moves. */
  readonly fixed: readonly Tensor[];
  /** The net's outputs, [row, class]. */
  readonly logits: Tensor;
  readonly masks: Leaves["masks"];
  /** What the net reads beside x. */
  readonly extras: readonly ExtraInput[];
  readonly rules: ReadonlyMap<string, ParameterRule>;
}

/**
 * The loss of a batch is the sum of its rows' losses times `w` (1 over the number of rows, or over the sum of their weights, of the whole
 * batch) plus the net's penalties, each part taking an equal share of these; so the parts' gradients add up to the batch's.
 */
export function traceTraining(options: TrainingGraphOptions): TrainingGraph {
  const { architecture, settings, shardSize, parts, channels, samples, classCount, loss: lossSettings } = options;
  const traced = traceModel(architecture, {
    settings,
    mode: "training",
    isFrozen: frozenBy(options),
    batch: shardSize,
    channels,
    samples,
    classCount,
  });
  const extras = extraInputs(traced);
  for (const parameter of leavesOf([traced.logits]).parameters) refuseTaken(leafName(parameter), "weights");
  const rows = lossOf(lossSettings).rows(
    {
      logits: traced.logits,
      targets: input("y", [shardSize, classCount]),
      classWeights: input("classWeights", [classCount]),
      positiveWeights: input("positiveWeights", [classCount]),
    },
    lossSettings,
  );
  const data = reduceSum(mul(rows, input("w", [shardSize])));
  const loss = traced.penalty === undefined ? data : add(data, scale(traced.penalty, 1 / parts));

  const moves = traced.updates.map((update) => update.value);
  const leaves = leavesOf([loss, ...moves]);
  const depths = layerDepths([traced.logits, ...moves]);
  // What only a penalty reads lies nowhere.
  const depthOf = new Map(leaves.parameters.map((each) => [leafName(each), depths.get(leafName(each)) ?? 1]));
  const rules = parameterRules(depthOf, options);
  const isFrozen = (parameter: Tensor) => rules.get(leafName(parameter))!.frozen;
  const moved = traced.updates.filter((update) => !isFrozen(update.parameter));
  const movedOnes = new Set(moved.map((update) => update.parameter));
  const others = leaves.parameters.filter((parameter) => !movedOnes.has(parameter));
  const isFixed = (parameter: Tensor) =>
    isFrozen(parameter) || (parameter.source.kind === "parameter" && !parameter.source.trainable);
  const fixed = others.filter(isFixed);
  const trained = others.filter((parameter) => !isFixed(parameter));
  return { loss, trained, moved, fixed, logits: traced.logits, masks: leaves.masks, extras, rules };
}

/** Names of what a training step reads and says beside a net's own inputs. */
const taken = ["y", "w", "classWeights", "positiveWeights", "loss", "probabilities"];

/** What a net reads beside x, in the order in which it declares it. */
function extraInputs({ inputs }: TracedModel): ExtraInput[] {
  const { x: _, ...others } = inputs;
  return Object.entries(others).map(([name, tensor]) => {
    refuseTaken(name, "inputs");
    const shape = tensor.shape.slice(1);
    return { name, shape, length: sizeOf(shape) };
  });
}

function refuseTaken(name: string, what: "inputs" | "weights"): void {
  if (!taken.includes(name)) return;
  throw new UserError(
    `Cannot train: expected ${what} of the net with names other than ${taken.join(", ")}, found ${name}; rename it.`,
  );
}
