import type { Calibration, Decision } from "../../bundle/index.ts";
import { copyBytes } from "../../core/copy-bytes.ts";
import { FormatError, UserError } from "../../core/errors.ts";
import { encodeNpy, npyNumbers, parseNpy } from "../../formats/index.ts";
import type { ScoredFold } from "./make-report.node.ts";
import { type PredictionTable, predictionsFromCsv, predictionsToCsv, truthMatrix } from "./predictions.node.ts";
import type { RunFolder } from "./run-folder.node.ts";
import { type FileDigests, digestingFolder, requireAsWritten } from "./written-files.node.ts";
import type { TrainingData } from "../batches/training-data.ts";

/** What a finished fold leaves. */
export interface FoldOutcome extends ScoredFold {
  readonly bestEpoch: number;
  /** What is said of the validation part, by the kept weights. */
  readonly validation: PredictionTable;
  /** Chosen on the validation part. */
  readonly decision: Decision;
  /** Of the predictions; fitted on the validation part. */
  readonly calibration?: Calibration;
  /** See `TrainingInputs`; of this fold's training part. */
  readonly scaling?: TrainingData["scaling"];
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/** The name of a fold's file in the run's folder. */
type FileOf = (name: string) => string;

/** Which parts' predictions are kept, and what the names of their files begin with. */
export const predictionFiles = { predictions: "", validation: "validation-" } as const;

/** The test part's scores before calibration. */
const uncalibratedFile = "uncalibrated-scores.npy";

/** What `fold.json` holds of an outcome. */
type FoldFile = Omit<FoldOutcome, keyof typeof predictionFiles | "weights" | "uncalibrated"> & {
  readonly labelling: PredictionTable["labelling"];
  readonly weights: readonly (readonly [string, number])[];
  /** SHA-256 of the other files, by name; earlier versions did not keep it. */
  readonly digests?: FileDigests;
};

/** Predictions as CSV and NPY, weights, and `fold.json` last: where it is there, the fold is done. */
export async function writeFoldOutcome(
  outcome: FoldOutcome,
  { folder: place, file }: { readonly folder: RunFolder; readonly file: FileOf },
): Promise<void> {
  const { predictions, validation, weights, uncalibrated, ...rest } = outcome;
  const { folder, digests } = digestingFolder(place);
  await writePredictions(predictions, { folder, nameOf: (name) => file(`${predictionFiles.predictions}${name}`) });
  await writePredictions(validation, { folder, nameOf: (name) => file(`${predictionFiles.validation}${name}`) });
  if (uncalibrated !== undefined) {
    const shape = [predictions.records.length, predictions.classes.length];
    await folder.write(file(uncalibratedFile), encodeNpy({ shape, dtype: "f4", values: uncalibrated }));
  }
  const names = [...weights.keys()];
  const flat = new Float32Array(names.reduce((sum, name) => sum + weights.get(name)!.length, 0));
  let start = 0;
  for (const values of weights.values()) {
    flat.set(values, start);
    start += values.length;
  }
  await folder.write(file("weights.f32"), new Uint8Array(flat.buffer));
  const kept: FoldFile = {
    ...rest,
    labelling: predictions.labelling,
    weights: names.map((name) => [name, weights.get(name)!.length]),
    digests: digests(),
  };
  await place.write(file("fold.json"), `${JSON.stringify(kept, undefined, 1)}\n`);
  await place.remove(file("checkpoint"));
}

/** `predictions.csv` for people, `scores.npy` and `truth.npy`, both [row, class], for programs. */
export async function writePredictions(
  table: PredictionTable,
  { folder, nameOf }: { readonly folder: Pick<RunFolder, "write">; readonly nameOf: FileOf },
): Promise<void> {
  const shape = [table.records.length, table.classes.length];
  await folder.write(nameOf("predictions.csv"), predictionsToCsv(table));
  await folder.write(nameOf("scores.npy"), encodeNpy({ shape, dtype: "f4", values: table.probabilities }));
  await folder.write(nameOf("truth.npy"), encodeNpy({ shape, dtype: "u1", values: truthMatrix(table) }));
}

/**
 * A finished fold; `undefined` where it is not finished.
 * @throws UserError where an earlier version finished it without what is kept now, or a file is not as it was written.
 */
export async function readFoldOutcome(folder: RunFolder, file: FileOf): Promise<FoldOutcome | undefined> {
  const text = await folder.readText(file("fold.json"));
  if (text === undefined) return undefined;
  const tested = await folder.readText(file(`${predictionFiles.predictions}predictions.csv`));
  const validated = await folder.readText(file(`${predictionFiles.validation}predictions.csv`));
  const bytes = await folder.readBytes(file("weights.f32"));
  const {
    weights: lengths,
    labelling,
    digests = {},
    ...rest
  } = parseFoldFile(text, `${folder.directory}/${file("fold.json")}`);
  if (tested === undefined || validated === undefined || bytes === undefined || labelling === undefined) {
    throw new UserError(
      `Cannot resume the run in ${folder.directory}: expected all files of the finished ${rest.name}, found some missing ` +
        "(an earlier version of the program kept fewer). Run it anew into another folder.",
    );
  }
  await requireAsWritten(folder, { digests, what: rest.name });
  const plain = rest.calibration && (await folder.readBytes(file(uncalibratedFile)));
  const flat = new Float32Array(copyBytes(bytes).buffer);
  let start = 0;
  return {
    ...rest,
    ...(plain === undefined ? {} : { uncalibrated: Float32Array.from(npyNumbers(parseNpy(plain))) }),
    predictions: predictionsFromCsv(tested, labelling),
    validation: predictionsFromCsv(validated, labelling),
    weights: new Map(lengths.map(([name, length]) => [name, flat.slice(start, (start += length))])),
  };
}

/** @throws FormatError where the file was cut, say. */
function parseFoldFile(text: string, file: string): FoldFile {
  try {
    const value = JSON.parse(text) as Partial<FoldFile> | null;
    if (typeof value?.name === "string" && Array.isArray(value.weights)) return value as FoldFile;
  } catch {
    // Said below.
  }
  throw new FormatError("Cannot resume the run: expected what a finished fold leaves, found something else", { file });
}
