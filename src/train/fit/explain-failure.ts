import { type Diagnosis, describeFinding } from "../program/diagnosis.ts";
import { viewOf } from "../program/parameter-layout.ts";
import type { EpochFailure, GroupEpoch, ReplicaGroup, TrainerState } from "../replicas/replica-group.ts";

export interface FailureOptions {
  readonly replicas: ReplicaGroup;
  /** What the epoch was asked for, and the state that it began with. */
  readonly request: GroupEpoch;
  readonly before: TrainerState;
  /** Absent where the epoch went through, and its weights turned out to be useless. */
  readonly failure?: EpochFailure | undefined;
  readonly diagnosis: (() => Diagnosis) | undefined;
}

/**
 * Where a value first was not finite, as a sentence. Where the weights are no longer finite, the epoch is run again from its beginning,
 * looking at every gradient and weight: the random streams are named, so it goes the same way.
 */
export async function explainFailure(options: FailureOptions): Promise<string> {
  const { replicas, request, before, diagnosis } = options;
  let { failure } = options;
  if (notFiniteParameter(replicas, await replicas.read()) !== undefined) {
    await replicas.write(before);
    ({ failure } = await replicas.trainEpoch({ ...request, watch: true }));
  }
  if (failure === undefined) return "Its weights are finite, but with them the net overflows on these rows.";
  const place = `at step ${failure.step + 1}`;
  if (failure.kind === "weights") {
    const name = notFiniteParameter(replicas, await replicas.read());
    return `The first value that is not finite is ${place}, in what the update made of parameter "${name}".`;
  }
  const known = diagnosis?.();
  if (known === undefined) return `The first value that is not finite is ${place}, in the ${failure.kind}.`;
  const finding = await replicas.diagnose({ batch: request, step: failure.step, diagnosis: known });
  // Another formulation of the same sums may just not overflow.
  if (finding === undefined) return `Computed plainly, all values ${place} are finite.`;
  return `The first value that is not finite is ${place}: ${describeFinding(finding, known)}.`;
}

function notFiniteParameter({ program }: ReplicaGroup, { parameters }: TrainerState): string | undefined {
  return program.layout.places.find((place) => viewOf(parameters, place).some((value) => !Number.isFinite(value)))
    ?.name;
}
