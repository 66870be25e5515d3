import { calibrate } from "../../bundle/index.ts";
import { UserError } from "../../core/errors.ts";
import { peakMemoryMegabytes } from "../../core/peak-memory.node.ts";
import { chooseDecision } from "./choose-decision.node.ts";
import { fitCalibration } from "./fit-calibration.node.ts";
import { type FoldOutcome, readFoldOutcome, writeFoldOutcome } from "./fold-outcome.node.ts";
import { misfit, tabulatePredictions, tabulateTruth } from "./predictions.node.ts";
import { type TrainFoldEvent, type TrainFoldOptions, foldFile, trainFold } from "./train-fold.node.ts";

export type FoldEvent =
  | TrainFoldEvent
  | { readonly kind: "fold"; readonly fold: string; readonly outcome: FoldOutcome };

export type RunFoldOptions = Omit<TrainFoldOptions, "pauseAfter">;

/** Trains on one fold and scores its test part once; what it leaves in the run's folder lets a killed run go on. */
export async function* runFold(options: RunFoldOptions): AsyncGenerator<FoldEvent, void> {
  const { recipe, fold, examples, folder, number } = options;
  const file = foldFile(number);
  const finished = await readFoldOutcome(folder, file);
  if (finished !== undefined) {
    requireOwnExamples(finished, options);
    yield { kind: "fold", fold: fold.name, outcome: finished };
    return;
  }
  const outcome = yield* trainFold(options, async ({ end, data, seconds, score }): Promise<FoldOutcome> => {
    const scored = async (rows: Int32Array) => ({ rows, probabilities: await score(rows) });
    const [plainValidation, plainTest] = [await scored(fold.validation), await scored(fold.test)];
    const calibration = recipe.calibration && fitCalibration(examples, plainValidation);
    const calibrated = ({ rows, probabilities }: typeof plainTest) => ({
      rows,
      probabilities: calibrate(probabilities, { calibration, size: examples.classes.length }),
    });
    const validation = calibrated(plainValidation);
    const decision = chooseDecision(examples, validation);
    return {
      name: fold.name,
      bestEpoch: end.bestEpoch,
      learning: end.epochs,
      seconds,
      peakMemoryMegabytes: peakMemoryMegabytes(),
      predictions: tabulatePredictions(examples, { ...calibrated(plainTest), decision }),
      validation: tabulatePredictions(examples, { ...validation, decision }),
      decision,
      ...(calibration === undefined ? {} : { calibration, uncalibrated: plainTest.probabilities }),
      ...(data.scaling === undefined ? {} : { scaling: data.scaling }),
      weights: end.weights,
    };
  });
  await writeFoldOutcome(outcome, { folder, file });
  yield { kind: "fold", fold: fold.name, outcome };
}

/**
 * What a finished fold has tested and chosen by must be these parts still, or examples of one fold would be tested again in another.
 * @throws UserError where the data have changed since.
 */
function requireOwnExamples(finished: FoldOutcome, { fold, examples, folder }: RunFoldOptions): void {
  for (const [part, table] of [["test", finished.predictions] as const, ["validation", finished.validation] as const]) {
    const problem = misfit(table, tabulateTruth(examples, fold[part]));
    if (problem === undefined) continue;
    throw new UserError(
      `Cannot resume the run in ${folder.directory}: expected the ${part} part of ${fold.name} as the data have it now, found ${problem} ` +
        "in its predictions. The data are others than when it was finished; run the recipe anew into another folder.",
    );
  }
}
