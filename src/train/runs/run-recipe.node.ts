import { writeBundle } from "../../bundle/index.ts";
import { checkDevice } from "../../core/check-device.node.ts";
import type { Device } from "../../core/device.ts";
import { UserError } from "../../core/errors.ts";
import type { Recording } from "../../core/recording.ts";
import { type DatasetEntry, type Split, datasetEntry } from "../../datasets/index.ts";
import { type Report, renderReportHtml, renderReportMarkdown, stringifyReport } from "../../evaluate/index.ts";
import { type Architecture, type LoadedArchitecture, findArchitecture } from "../../models/index.node.ts";
import { encodeModel } from "./encode-model.node.ts";
import { halveBundle } from "./half-weights.node.ts";
import {
  type ExampleEvent,
  type OpenedSource,
  type RecipeExamples,
  openRecipe,
  readRecipeExamples,
} from "../examples/index.node.ts";
import { scaleForFold } from "./fold-scaling.node.ts";
import { makeReport } from "./make-report.node.ts";
import { provideNoise } from "../batches/provide-noise.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { FoldOutcome } from "./fold-outcome.node.ts";
import { type FoldEvent, runFold } from "./run-fold.node.ts";
import { type RunFolder, openRunFolder } from "./run-folder.node.ts";
import type { RunOptions } from "./run-options.node.ts";
import { startingLeakage } from "./starting-leakage.ts";
import { modelWeights } from "../fit/starting-parameters.ts";
import { type FoldStart, modelShape } from "./train-fold.node.ts";

/** What a run tells while it goes on. */
export type RunEvent =
  | ExampleEvent
  | FoldEvent
  | { readonly kind: "end"; readonly report: Report; readonly directory: string };

export interface RunRecipeOptions extends RunOptions {
  /** The net, see `loadArchitecture`; the package's own of the recipe's name where absent. */
  readonly model?: LoadedArchitecture;
  /** The model file that the recipe's `start` names. */
  readonly start?: Uint8Array;
  /** Where the nets are trained; "cpu" unless asked otherwise. */
  readonly device?: Device;
  /** Opens the records of noise that the recipe's augmentation names; needed only where it names some. */
  readonly openNoise?: (record: string) => Promise<Recording>;
  /** Whether to tell, once, where each node of the net is computed. */
  readonly tellPlacement?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * A recipe from its dataset to its report: cuts the examples, splits, trains every fold, scores each test part once, and
 * writes `report.json`, `report.html`, `report.md` and `model.onnx` into the run's folder.
 */
export async function* runRecipe(recipe: Recipe, options: RunRecipeOptions): AsyncGenerator<RunEvent, void> {
  const { dataset, model, directory, resume, device = "cpu", tellPlacement = false, now, signal } = options;
  const started = now();
  const architecture = model?.architecture ?? findArchitecture(recipe.model.name);
  const source = await openRecipe(recipe, { dataset, architecture });
  await checkDevice(device);
  const folder = await openRunFolder(directory, { recipe, resume });
  // In a folder of its own: its name may be that of a file of the run's.
  await keepModelFile(folder, model?.file && { ...model.file, name: `net/${model.file.name}` });
  await keepModelFile(folder, options.start && { name: "start.onnx", bytes: options.start });
  const entry = datasetEntry(recipe.dataset.name);
  const start = startOf(recipe, options.start);

  const augmentation = await provideNoise(recipe.training.augmentation, { open: options.openNoise ?? refuseNoise });
  const read = yield* readRecipeExamples(recipe, { dataset, source });
  const { data, examples } = read;
  const split = withStartingLeakage(read.split, recipe, [options.start, weightsOf(model)]);
  const outcomes: FoldOutcome[] = [];
  for (const [index, fold] of split.folds.entries()) {
    for await (const event of runFold({
      recipe,
      architecture,
      fold,
      number: index + 1,
      examples,
      data,
      folder,
      device,
      augmentation,
      start,
      tellPlacement: tellPlacement && index === 0,
      now,
      ...(signal === undefined ? {} : { signal }),
    })) {
      if (event.kind === "train" && event.event.kind === "epoch")
        await folder.logEvent({ fold: fold.name, ...event.event });
      if (event.kind === "fold") outcomes.push(event.outcome);
      yield event;
    }
  }

  const report = await makeReport({
    title: recipe.title,
    recipe: recipe.name,
    seed: recipe.seed,
    date: options.date,
    software: options.software,
    device,
    seconds: Math.max(
      outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0),
      (now() - started) / 1000,
    ),
    entry,
    dataset,
    examples,
    split,
    folds: outcomes,
    subsets: recipe.split.kind === "patients" ? recipe.split.subsets : [],
    expected: recipe.expected,
    metrics: recipe.metrics,
    intervals: recipe.intervals,
  });
  await writeModels({
    recipe,
    architecture,
    entry,
    source,
    read: { ...read, split },
    outcomes,
    report,
    folder,
    options,
  });
  await folder.write("report.html", renderReportHtml(report));
  await folder.write("report.md", renderReportMarkdown(report));
  await folder.write("report.json", stringifyReport(report));
  yield { kind: "end", report, directory };
}

function refuseNoise(record: string): never {
  throw new UserError(`Cannot add recorded noise: expected a place to open record ${record} from, found none.`);
}

/** A net that comes as a model file comes with its weights. */
function weightsOf(model: LoadedArchitecture | undefined): Uint8Array | undefined {
  return model?.file?.name.endsWith(".onnx") === true ? model.file.bytes : undefined;
}

function withStartingLeakage(split: Split, recipe: Recipe, starts: readonly (Uint8Array | undefined)[]): Split {
  const found = starts.flatMap((start) =>
    start === undefined ? [] : startingLeakage(recipe, { start, foldCount: split.folds.length }),
  );
  return { ...split, leakage: [...new Set([...split.leakage, ...found])] };
}

/** The weights that every fold starts from. */
function startOf({ start }: Recipe, model: Uint8Array | undefined): FoldStart | undefined {
  if (start === undefined) return undefined;
  if (model === undefined) throw new Error("The recipe starts from a model file, and none was given.");
  return { ...modelWeights(model), except: start.except };
}

/**
 * Keeps the file of a person's own net beside the recipe that names it.
 * @throws UserError where a run is continued with another.
 */
async function keepModelFile(folder: RunFolder, file: LoadedArchitecture["file"]): Promise<void> {
  if (file === undefined) return;
  const present = await folder.readBytes(file.name);
  if (present === undefined) return folder.write(file.name, file.bytes);
  if (Buffer.compare(present, file.bytes) === 0) return;
  throw new UserError(
    `Cannot resume the run in ${folder.directory}: its ${file.name} differs from the model that the recipe names.`,
  );
}

/** One model file per fold, and the one that did best on its own validation part as the run's. */
async function writeModels(parts: {
  readonly recipe: Recipe;
  readonly architecture: Architecture;
  readonly entry: DatasetEntry;
  readonly source: OpenedSource;
  readonly read: RecipeExamples;
  readonly outcomes: readonly FoldOutcome[];
  readonly report: Report;
  readonly folder: RunFolder;
  readonly options: RunRecipeOptions;
}): Promise<void> {
  const { recipe, outcomes, folder } = parts;
  const { examples, data, split } = parts.read;
  const lossOf = (outcome: FoldOutcome) => outcome.learning[outcome.bestEpoch - 1]!.validation.loss;
  const chosen = outcomes.reduce((best, outcome) => (lossOf(outcome) < lossOf(best) ? outcome : best));
  for (const [index, outcome] of outcomes.entries()) {
    const model = encodeModel({ ...parts, examples, split, outcome, index, software: parts.options.software });
    const fold = split.folds[index]!;
    const validation = {
      data: scaleForFold(data, { examples, train: fold.train }),
      rows: fold.validation,
      sizes: { ...modelShape(examples), extras: [] },
      windows: recipe.training.windows,
    };
    const { onnx, card } = recipe.export?.weights === "float16" ? await halveBundle(model, validation) : model;
    const bundle = writeBundle(onnx, card);
    await folder.write(`fold-${index + 1}/model.onnx`, bundle);
    if (outcome === chosen) await folder.write("model.onnx", bundle);
  }
}
