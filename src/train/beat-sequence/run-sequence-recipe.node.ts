import { writeBundle } from "../../bundle/index.ts";
import { UserError } from "../../core/errors.ts";
import { peakMemoryMegabytes } from "../../core/peak-memory.node.ts";
import { type Split, datasetEntry } from "../../datasets/index.ts";
import { type Report, renderReportHtml, renderReportMarkdown, stringifyReport } from "../../evaluate/index.ts";
import { createDeviceReplicas } from "../replicas/device-replicas.node.ts";
import { watchDamage } from "../examples/damaged-records.node.ts";
import type { ExampleSet } from "../examples/example-set.node.ts";
import { type TestPart, makeReport } from "../runs/make-report.node.ts";
import { keepPredictions } from "../runs/predictions.node.ts";
import type { ReplicaGroupOptions } from "../replicas/replica-group.ts";
import { type RunFolder, openRunFolder } from "../runs/run-folder.node.ts";
import type { RunOptions } from "../runs/run-options.node.ts";
import { adaptTestPatients, adaptationEnd } from "./adapt-test-patients.ts";
import { encodeSequenceModel } from "./encode-sequence-model.ts";
import { type SeedOutcome, readFinishedSeed, writeFinishedSeed } from "./finished-seed.node.ts";
import { predictionTable, readSequences, trainMembers } from "./run-sequence.ts";
import { sequenceCard } from "./sequence-card.ts";
import { sequenceExamples } from "./sequence-examples.ts";
import type { SequenceRecipe } from "./sequence-recipe.ts";
import type { SequenceRecording } from "./sequence-recording.ts";

export interface RunSequenceRecipeOptions extends RunOptions {
  /** Told what has been done. */
  readonly onNote?: (message: string) => void;
  readonly signal?: AbortSignal;
}

interface Read {
  readonly training: readonly SequenceRecording[];
  readonly test: readonly SequenceRecording[];
  readonly examples: ExampleSet;
}

/**
 * A beat-sequence recipe from its dataset to its report: trains on the training records and scores the test records once for
 * each seed. The report has a fold for each seed. Writes `seed-<n>/predictions.csv` (with adaptation also `adapted.csv`) and
 * `seed-<n>/model.onnx`, the reports, and the first seed's `model.onnx`; a seed that is done is not done again.
 */
export async function runSequenceRecipe(recipe: SequenceRecipe, options: RunSequenceRecipeOptions): Promise<Report> {
  const { dataset, directory, resume, now, onNote, signal } = options;
  const started = now();
  const { train: trainIds, test: testIds, subsets } = recipe.split;
  const missing = [...trainIds, ...testIds].filter((id) => !dataset.recordNames.includes(id));
  if (missing.length > 0) {
    throw new UserError(
      `Cannot make split ${recipe.split.name}: expected records ${missing.join(", ")}, found none of these.`,
    );
  }
  const folder = await openRunFolder(directory, { recipe, resume });
  const watched = watchDamage(dataset);
  const open = async function* (ids: readonly string[]) {
    for (const id of ids) {
      stopIfAsked(signal, directory);
      yield await watched.dataset.open(id);
    }
  };
  const finished = await Promise.all(recipe.seeds.map((seed) => folder.readText(seedFile(seed, "seed.json"))));
  // Variants are most of the reading, and only for those that learn.
  const training = await readSequences(open(trainIds), { recipe, variants: finished.includes(undefined) });
  const test = await readSequences(open(testIds), { recipe, variants: false });
  const whole = training.filter(({ variant }) => variant === "whole");
  const { preprocessing, ...classes } = recipe.beats;
  const input = { channels: whole[0]!.featureNames.length, samples: preprocessing.chunk.length };
  const cut = sequenceExamples([...whole, ...test], { ...classes, input });
  const examples = { ...cut, notices: [...watched.notices(), ...cut.notices] };
  onNote?.(`${examples.size} beats of ${whole.length} + ${test.length} recordings`);

  const seeds: SeedOutcome[] = [];
  for (const seed of recipe.seeds) {
    stopIfAsked(signal, directory);
    seeds.push(await runSeed(seed, { recipe, folder, read: { training, test, examples }, options }));
  }
  const folds = seeds.map(({ fold }) => fold);
  const report = await makeReport({
    title: recipe.title,
    recipe: recipe.name,
    seed: recipe.seeds.join(", "),
    date: options.date,
    software: options.software,
    device: "cpu",
    seconds: (now() - started) / 1000,
    entry: datasetEntry(recipe.dataset.name),
    dataset,
    examples,
    split: splitOf(recipe, { examples, trainRecords: whole.length }),
    folds,
    subsets,
    others: adaptedParts(recipe, { seeds, test }),
    expected: recipe.expected,
  });
  const model = await folder.readBytes(seedFile(recipe.seeds[0]!, "model.onnx"));
  await folder.write("model.onnx", model!);
  await folder.write("report.html", renderReportHtml(report));
  await folder.write("report.md", renderReportMarkdown(report));
  await folder.write("report.json", stringifyReport(report));
  return report;
}

interface SeedOptions {
  readonly recipe: SequenceRecipe;
  readonly folder: RunFolder;
  readonly read: Read;
  readonly options: RunSequenceRecipeOptions;
}

function seedFile(seed: number, part: string): string {
  return `seed-${seed}/${part}`;
}

async function runSeed(seed: number, { recipe, folder, read, options }: SeedOptions): Promise<SeedOutcome> {
  const { training, test, examples } = read;
  const { now, onNote, software } = options;
  const name = `seed ${seed}`;
  const file = (part: string) => seedFile(seed, part);
  const place = { folder, file, examples };
  const finished = await readFinishedSeed(name, { ...place, adapts: recipe.adaptation !== undefined });
  if (finished !== undefined) return finished;
  const started = now();
  const createReplicas = (request: ReplicaGroupOptions) => createDeviceReplicas("cpu", request);
  const scored = await trainMembers({
    recipe,
    train: training,
    test,
    seed,
    name,
    now,
    createReplicas,
    onNet: (net) => onNote?.(`${net.name}: ${net.seconds.toFixed(0)} s`),
  });
  const { classes } = recipe.beats;
  const table = predictionTable(scored, { classes, variant: "whole" });
  const card = sequenceCard({
    recipe,
    entry: datasetEntry(recipe.dataset.name),
    scored,
    table,
    trainBeats: examples.size - table.truth.length,
    seed,
    software,
  });
  const onnx = encodeSequenceModel({
    members: scored.members.map(({ weights }) => weights),
    settings: recipe.model.settings,
    features: examples.input.channels,
    length: examples.input.samples,
    classCount: classes.length,
  });
  const predictions = { ...table, labelling: "one" as const };
  const adapted =
    recipe.adaptation === undefined
      ? undefined
      : {
          ...predictionTable(
            await adaptTestPatients({
              recipe,
              scored,
              training,
              seed,
              createReplicas,
              now,
              onPatient: (id) => onNote?.(`${name}: adapted to ${id}`),
            }),
            { classes, variant: "whole" },
          ),
          labelling: "one" as const,
        };
  const spent = { seconds: (now() - started) / 1000, peakMemoryMegabytes: peakMemoryMegabytes() };
  const outcome = {
    fold: { name, predictions, learning: [], ...spent },
    ...(adapted === undefined ? {} : { adapted }),
  };
  await writeFinishedSeed({ ...outcome, model: writeBundle(onnx, card) }, place);
  return outcome;
}

/** The rest of each test record, which adapted nets had no label of: as they say, and as the nets before them said. */
function adaptedParts(
  recipe: SequenceRecipe,
  { seeds, test }: { readonly seeds: readonly SeedOutcome[]; readonly test: readonly SequenceRecording[] },
): TestPart[] {
  if (recipe.adaptation === undefined) return [];
  const { minutes, repeats, epochs } = recipe.adaptation;
  const ends = new Map(test.map((recording) => [recording.id, adaptationEnd(recipe, recording)]));
  const isRest = (record: string, sample: number) => sample >= ends.get(record)!;
  return [
    {
      name: `test after the first ${minutes} minutes`,
      reason: "The same nets on what adapted ones are scored on.",
      tables: seeds.map(({ fold }) => keepPredictions(fold.predictions, isRest)),
    },
    {
      name: "the same, nets adapted to each patient",
      reason: `Each patient's first ${minutes} minutes were learnt with their labels, ${repeats} times in each of ${epochs} epochs, among beats of the training records.`,
      tables: seeds.map(({ adapted }) => keepPredictions(adapted!, isRest)),
    },
  ];
}

/** One split, in as many folds as there are seeds. */
function splitOf(
  { split, seeds, disclosures }: SequenceRecipe,
  { examples, trainRecords }: { readonly examples: ExampleSet; readonly trainRecords: number },
): Split {
  const all = Int32Array.from({ length: examples.size }, (_, beat) => beat);
  const learnt = (beat: number) => examples.recordOf[beat]! < trainRecords;
  const part = {
    train: all.filter(learnt),
    validation: new Int32Array(0),
    test: all.filter((beat) => !learnt(beat)),
  };
  return {
    name: split.name,
    description:
      `Inter-patient: ${split.train.length} records train, ${split.test.length} others test, once for each of ` +
      `${seeds.length} seeds; all choices by leaving training patients out in turn.`,
    leakage: disclosures,
    bootstrapUnit: "record",
    folds: seeds.map((seed) => ({ name: `seed ${seed}`, ...part })),
  };
}

function stopIfAsked(signal: AbortSignal | undefined, directory: string): void {
  if (signal?.aborted !== true) return;
  throw new UserError(`Stopped before the end. The run in ${directory} continues with --resume.`);
}
