import { type Architecture, traceModel } from "../../models/index.ts";
import { UserError } from "../../core/errors.ts";
import { type Tensor, encodeOnnx, gradients } from "../../tensor/index.ts";
import type { ClippingSettings } from "./clipping.ts";
import { type Diagnosis, buildDiagnosis } from "./diagnosis.ts";
import { type LossSettings, applyLink, lossOf } from "./losses/index.ts";
import { type OptimizerSettings, optimizerOf } from "./optimizers/index.ts";
import type { ParameterRules } from "./parameter-groups.ts";
import { type ParameterLayout, layOutParameters } from "./parameter-layout.ts";
import { type ScheduleSettings, movesMomentum } from "./schedules/index.ts";
import { type ModelShape, type TrainingGraphOptions, traceTraining } from "./training-graph.ts";
import { encodeTotal, encodeUpdate } from "./update-program.ts";
import type { AveragingSettings } from "./weight-averaging.ts";
import { type ExtraInput, type ResolvedWindows, type WindowSettings, resolveWindows } from "../../signal/index.ts";

export interface TrainingProgramOptions extends ModelShape, Partial<ParameterRules> {
  readonly architecture: Architecture;
  readonly settings: unknown;
  readonly optimizer: OptimizerSettings;
  /** Cross-entropy where absent. */
  readonly loss?: LossSettings | undefined;
  /** Only for whether it moves the momentum. */
  readonly schedule?: ScheduleSettings | undefined;
  readonly clipping?: ClippingSettings | undefined;
  readonly averaging?: AveragingSettings | undefined;
  /** How rows that are longer than the net's window are scored. */
  readonly windows?: WindowSettings | undefined;
  /** Rows of the batch that one replica computes at once. */
  readonly shardSize: number;
  /** Replicas that share a batch. */
  readonly shards: number;
  /** Parts of a replica's share that are computed one after the other; 1 where absent. */
  readonly accumulation?: number | undefined;
  /** Windows that a replica scores at once. */
  readonly evaluationBatch: number;
  /** Whether what a device computes is written for a GPU; the update is for the CPU always. */
  readonly gpu?: boolean;
}

/** Random masks that a training step is fed: 0 with probability `rate`, else 1 / (1 − rate). */
export interface MaskInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly rate: number;
}

/** A net as the ONNX models that train it; plain data, so that a worker can be sent it. */
export interface TrainingProgram extends ModelShape {
  /**
   * Parameters, `x` [row, channel, sample], the `extras`, `y` [row, class], `w` [row], `classWeights` and `positiveWeights` [class], masks → `loss` (a
   * scalar, this part's share), `grad/<name>` for each trained parameter, `next/<name>` for each running statistic.
   */
  readonly gradient: Uint8Array;
  /** Parameters, `x`, the `extras` → `probabilities` [row, class]: the outputs after the loss's link. */
  readonly forward: Uint8Array;
  /**
   * For any length of the flat vector: `p`, the shards' gradients `g0 g1 …` (added in this order; `total` with clipping by norm), moments
   * `slot0 …` and after them the averages of the weights, `decay`, and the scalars `rate correction1 correction2 momentum clip` and, per
   * average, `keep0 …` → `p_next`, `slot0_next …`.
   */
  readonly update: Uint8Array;
  /** With clipping by norm, for any length: the shards' gradients → `total`, their sum, and the scalar `squares`. */
  readonly total: Uint8Array | undefined;
  /** The range of the flat vector that each shard updates; one may be empty where there are few parameters. */
  readonly ranges: readonly ParameterRange[];
  readonly layout: ParameterLayout;
  readonly masks: readonly MaskInput[];
  /** What the net reads beside the signal. */
  readonly extras: readonly ExtraInput[];
  /** How rows that are longer than the net's window are scored. */
  readonly windows: ResolvedWindows;
  readonly optimizer: OptimizerSettings;
  readonly loss: LossSettings;
  readonly clipping: ClippingSettings | undefined;
  readonly averaging: AveragingSettings | undefined;
  /** Vectors that are carried from step to step: the optimizer's moments, then the averages of the weights. */
  readonly slotCount: number;
  readonly shardSize: number;
  readonly accumulation: number;
  readonly evaluationBatch: number;
}

export interface ParameterRange {
  readonly start: number;
  readonly end: number;
}

/** The program, and the parameters as symbols for giving them starting values. */
export interface BuiltProgram {
  readonly program: TrainingProgram;
  readonly parameters: readonly Tensor[];
  /** For finding where a value first was not finite; built only when it is needed. */
  diagnosis(): Diagnosis;
}

/**
 * Builds the training step of a net.
 * @throws UserError where nothing is left to train.
 */
export function buildTrainingProgram(options: TrainingProgramOptions): BuiltProgram {
  const { architecture, settings, shardSize, shards, evaluationBatch, channels, samples, classCount } = options;
  const { optimizer, averaging, clipping, accumulation = 1, schedule = { name: "constant" } } = options;
  const loss: LossSettings = options.loss ?? { name: "cross-entropy", labelSmoothing: 0 };
  const formulation = options.gpu === true ? { formulation: "gpu" as const } : {};
  const shape = { channels, samples, classCount };
  const graphOptions: TrainingGraphOptions = {
    ...shape,
    architecture,
    settings,
    loss,
    shardSize,
    parts: shards * accumulation,
    frozen: options.frozen ?? [],
    trained: options.trained,
    groups: options.groups ?? [],
    rates: options.rates,
  };
  const graph = traceTraining(graphOptions);
  const { trained, moved, fixed, rules } = graph;
  if (trained.length === 0)
    throw new UserError("Cannot train: expected parameters that are trained, found all frozen.");
  const running = moved.map((update) => update.parameter);
  const layout = layOutParameters({ trained, running, fixed, rules });
  const slopes = gradients(graph.loss, trained);
  const nameOf = (index: number) => layout.places[index]!.name;
  const outputs: Record<string, Tensor> = { loss: graph.loss };
  slopes.forEach((slope, index) => (outputs[`grad/${nameOf(index)}`] = slope));
  moved.forEach((update, index) => (outputs[`next/${nameOf(trained.length + index)}`] = update.value));

  const scored = traceModel(architecture, { ...shape, settings, mode: "inference", batch: evaluationBatch });
  return {
    parameters: [...trained, ...running, ...fixed],
    diagnosis: () => buildDiagnosis(graphOptions),
    program: {
      ...shape,
      gradient: encodeOnnx({ outputs, ...formulation }),
      forward: encodeOnnx({
        outputs: { probabilities: applyLink(scored.logits, lossOf(loss).link(loss)) },
        ...formulation,
      }),
      update: encodeUpdate({ optimizer, averaging, clipping, movesMomentum: movesMomentum(schedule), shards }),
      total: clipping?.by === "norm" ? encodeTotal({ shards }) : undefined,
      ranges: shardRanges(layout.trainedSize, shards),
      layout,
      masks: graph.masks,
      extras: graph.extras,
      windows: resolveWindows(options.windows, samples),
      optimizer,
      loss,
      clipping,
      averaging,
      slotCount: optimizerOf(optimizer).slots(optimizer) + (averaging?.decays.length ?? 0),
      shardSize,
      accumulation,
      evaluationBatch,
    },
  };
}

/** Equal ranges, cut at multiples of 16 values. */
function shardRanges(size: number, shards: number): ParameterRange[] {
  const each = Math.ceil(size / shards / 16) * 16;
  return Array.from({ length: shards }, (_, shard) => ({
    start: Math.min(size, shard * each),
    end: Math.min(size, (shard + 1) * each),
  }));
}
