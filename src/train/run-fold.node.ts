import { peakMemoryMegabytes } from "../core/peak-memory.node.ts";
import { chooseDecision } from "./choose-decision.node.ts";
import { type FoldOutcome, readFoldOutcome, writeFoldOutcome } from "./fold-outcome.node.ts";
import { tabulatePredictions } from "./predictions.node.ts";
import { type TrainFoldEvent, type TrainFoldOptions, foldFile, trainFold } from "./train-fold.node.ts";

export type FoldEvent =
  | TrainFoldEvent
  | { readonly kind: "fold"; readonly fold: string; readonly outcome: FoldOutcome };

export type RunFoldOptions = Omit<TrainFoldOptions, "pauseAfter">;

/** Trains on one fold and scores its test part once; what it leaves in the run's folder lets a killed run go on. */
export async function* runFold(options: RunFoldOptions): AsyncGenerator<FoldEvent, void> {
  const { fold, examples, folder, number } = options;
  const file = foldFile(number);
  const finished = await readFoldOutcome(folder, file);
  if (finished !== undefined) {
    yield { kind: "fold", fold: fold.name, outcome: finished };
    return;
  }
  const outcome = yield* trainFold(options, async ({ end, data, seconds, score }): Promise<FoldOutcome> => {
    const scored = async (rows: Int32Array) => ({ rows, probabilities: await score(rows) });
    const validation = await scored(fold.validation);
    const decision = chooseDecision(examples, validation);
    return {
      name: fold.name,
      bestEpoch: end.bestEpoch,
      learning: end.epochs,
      seconds,
      peakMemoryMegabytes: peakMemoryMegabytes(),
      predictions: tabulatePredictions(examples, { ...(await scored(fold.test)), decision }),
      validation: tabulatePredictions(examples, { ...validation, decision }),
      decision,
      ...(data.scaling === undefined ? {} : { scaling: data.scaling }),
      weights: end.weights,
    };
  });
  await writeFoldOutcome(outcome, { folder, file });
  yield { kind: "fold", fold: fold.name, outcome };
}
