import type { ReplicaGroup, ReplicaGroupOptions } from "../../src/train/index.ts";
import { fitAll, settings, smallData, smallProgram, start } from "../train/small-training.ts";

/** What a device's training is compared by. */
export interface FirstLosses {
  /** Of each step. */
  readonly losses: readonly number[];
  readonly validationLosses: readonly number[];
}

/**
 * A small training run by `fit()`, two shards a batch, with dropout: one epoch of 21 steps. The same whatever it is
 * computed by, but for rounding.
 */
export async function firstLosses(
  open: (options: ReplicaGroupOptions) => Promise<ReplicaGroup>,
  { gpu = false } = {},
): Promise<FirstLosses> {
  const data = smallData(432);
  const training = settings({ epochs: 1 });
  const built = smallProgram(training, { branches: [[4, 6]], dropout: 0.2 }, { gpu });
  const group = await open({ program: built.program, data });
  const losses: number[] = [];
  const recorded: ReplicaGroup = {
    ...group,
    trainEpoch: async (request, options) => {
      const result = await group.trainEpoch(request, options);
      losses.push(...result.losses);
      return result;
    },
  };
  try {
    await start(recorded, built);
    const events = await fitAll(recorded, { data, training });
    const records = events.flatMap((event) => (event.kind === "epoch" ? [event.record] : []));
    return { losses, validationLosses: records.map(({ validation }) => validation.loss) };
  } finally {
    await group.close();
  }
}
