import type { Checkpoint } from "./checkpoint.ts";
import { type FitOptions, type TrainEvent, fit } from "./fit.ts";
import { type ParameterLayout, layOutAgain } from "../program/parameter-layout.ts";
import type { TrainingProgram } from "../program/training-program.ts";
import { type TrainingSettings, stagesOf } from "./training-settings.ts";

export interface FitStagesOptions extends Omit<FitOptions, "replicas" | "diagnosis" | "stage"> {
  /** Builds a stage's program and opens its replicas, with the starting weights; whoever gives it closes them. */
  readonly open: (stage: TrainingSettings) => Promise<Pick<FitOptions, "replicas" | "diagnosis">>;
}

/**
 * A training stage by stage, as one: epochs are counted through, the best of all is kept, and a checkpoint of any stage continues it to
 * the same weights. A stage goes on from the weights as the one before left them, not from its best. Its optimizer starts anew: the
 * correction of Adam's moments is by the steps of all parameters together, so those that are new to it would take steps that are too
 * large. A stage whose patience is spent gives way to the next.
 */
export async function* fitStages({ open, ...options }: FitStagesOptions): AsyncGenerator<TrainEvent, void> {
  const stages = stagesOf(options.training);
  const named = options.training.stages !== undefined;
  let checkpoint = options.resumeFrom;
  /** Of the checkpoint's vectors. */
  let layout: ParameterLayout | undefined;
  for (const [index, training] of stages.entries()) {
    const number = index + 1;
    const reached = checkpoint?.epochs.at(-1)?.stage ?? 1;
    if (reached > number) continue;
    const { replicas, diagnosis } = await open(training);
    const { program } = replicas;
    if (checkpoint !== undefined && reached < number) checkpoint = beginStage(checkpoint, { from: layout!, program });
    for await (const event of fit({
      ...options,
      training,
      replicas,
      ...(named ? { stage: number } : {}),
      ...(diagnosis === undefined ? {} : { diagnosis }),
      ...(checkpoint === undefined ? {} : { resumeFrom: checkpoint }),
    })) {
      if (event.kind === "checkpoint") checkpoint = event.checkpoint;
      const isOver = event.kind === "end" && event.reason !== "stopped" && event.reason !== "paused";
      if (isOver && number < stages.length) break;
      yield event;
      if (event.kind === "end") return;
    }
    layout = program.layout;
  }
}

/** What a stage starts from: the weights of the one before, moments of nothing. */
function beginStage(
  { best, state, ...rest }: Checkpoint,
  { from, program }: { readonly from: ParameterLayout; readonly program: TrainingProgram },
): Checkpoint {
  const { layout: to, slotCount } = program;
  return {
    ...rest,
    steps: 0,
    best: { ...best, parameters: layOutAgain(best.parameters, { from, to }) },
    state: {
      parameters: layOutAgain(state.parameters, { from, to }),
      slots: Array.from({ length: slotCount }, () => new Float32Array(to.trainedSize)),
    },
  };
}
