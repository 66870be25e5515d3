import { FormatError, UserError } from "../../core/errors.ts";
import { type ExampleSet, exampleDigest } from "../examples/index.node.ts";
import type { ScoredFold } from "../runs/make-report.node.ts";
import { type PredictionTable, predictionsFromCsv, predictionsToCsv } from "../runs/predictions.node.ts";
import type { RunFolder } from "../runs/run-folder.node.ts";
import { type FileDigests, digestingFolder, requireAsWritten } from "../runs/written-files.node.ts";

export interface SeedOutcome {
  readonly fold: ScoredFold;
  /** Of nets that were adapted to each patient, all beats of the test records. */
  readonly adapted?: PredictionTable;
}

/** What `seed.json` holds of an outcome. */
interface SeedFile extends Pick<ScoredFold, "seconds" | "peakMemoryMegabytes"> {
  /** See `exampleDigest`; earlier versions kept neither this nor the files' digests. */
  readonly examples?: string;
  readonly digests?: FileDigests;
}

interface SeedPlace {
  readonly folder: RunFolder;
  /** A file's name in the run's folder. */
  readonly file: (part: string) => string;
  readonly examples: ExampleSet;
}

/** Predictions and model, and `seed.json` last: where it is there, the seed is done. */
export async function writeFinishedSeed(
  { fold, adapted, model }: SeedOutcome & { readonly model: Uint8Array },
  { folder, file, examples }: SeedPlace,
): Promise<void> {
  const written = digestingFolder(folder);
  await written.folder.write(file("model.onnx"), model);
  await written.folder.write(file("predictions.csv"), predictionsToCsv(fold.predictions));
  if (adapted !== undefined) await written.folder.write(file("adapted.csv"), predictionsToCsv(adapted));
  const { seconds, peakMemoryMegabytes } = fold;
  const kept: SeedFile = {
    seconds,
    peakMemoryMegabytes,
    examples: exampleDigest(examples),
    digests: written.digests(),
  };
  await folder.write(file("seed.json"), `${JSON.stringify(kept)}\n`);
}

/**
 * A finished seed; `undefined` where it is not finished.
 * @throws UserError where its files are not as they were written, or the data are others by now.
 */
export async function readFinishedSeed(
  name: string,
  { folder, file, examples, adapts }: SeedPlace & { readonly adapts: boolean },
): Promise<SeedOutcome | undefined> {
  const text = await folder.readText(file("seed.json"));
  if (text === undefined) return undefined;
  const { digests = {}, examples: own, ...spent } = parseSeedFile(text, `${folder.directory}/${file("seed.json")}`);
  await requireAsWritten(folder, { digests, what: name });
  if (own !== undefined && own !== exampleDigest(examples)) {
    throw new UserError(
      `Cannot resume the run in ${folder.directory}: expected the beats that its finished ${name} was of, found others. ` +
        "The data are others than when it was finished; run the recipe anew into another folder.",
    );
  }
  const readTable = async (part: string) => {
    const table = await folder.readText(file(part));
    if (table !== undefined) return predictionsFromCsv(table, "one");
    throw new UserError(
      `Cannot resume the run in ${folder.directory}: expected the file ${file(part)} of its finished ${name}, found none.`,
    );
  };
  return {
    fold: { name, predictions: await readTable("predictions.csv"), learning: [], ...spent },
    ...(adapts ? { adapted: await readTable("adapted.csv") } : {}),
  };
}

/** @throws FormatError where the file was cut, say. */
function parseSeedFile(text: string, file: string): SeedFile {
  try {
    const value = JSON.parse(text) as Partial<SeedFile> | null;
    if (typeof value?.seconds === "number" && typeof value.peakMemoryMegabytes === "number") return value as SeedFile;
  } catch {
    // Said below.
  }
  throw new FormatError("Cannot resume the run: expected what a finished seed leaves, found something else", { file });
}
