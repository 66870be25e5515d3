import { type Decision, decideClasses } from "../../bundle/index.ts";
import { UserError } from "../../core/errors.ts";
import { classesOf } from "../../datasets/index.ts";
import type { Labelling } from "../../evaluate/index.ts";
import type { ExampleSet } from "../examples/example-set.node.ts";

/** Some examples, row by row, and what they are. */
export interface TruthTable {
  readonly classes: readonly string[];
  /** Whether an example has exactly one class, or may have several. */
  readonly labelling: Labelling;
  readonly records: readonly string[];
  /** Where in the recording: R peaks, starts of segments; samples. */
  readonly samples: ArrayLike<number>;
  /** [row], class numbers; where examples may have several classes [row, class], 0 or 1. */
  readonly truth: ArrayLike<number>;
}

/** What a model says of some examples, example by example. */
export interface PredictionTable extends TruthTable {
  /** As `truth`. */
  readonly predicted: ArrayLike<number>;
  /** [row, class] */
  readonly probabilities: Float32Array;
}

/**
 * Decides, and puts beside each of some examples what is said of it.
 * @throws UserError where the model says nothing of an example, since NaN would count as its first class.
 */
export function tabulatePredictions(
  examples: ExampleSet,
  {
    rows,
    probabilities,
    decision,
  }: { readonly rows: Int32Array; readonly probabilities: Float32Array; readonly decision: Decision },
): PredictionTable {
  const { classes, labels, records, recordOf } = examples;
  const size = classes.length;
  const unsaid = probabilities.findIndex(Number.isNaN);
  if (unsaid !== -1) {
    const { id } = records[recordOf[rows[Math.floor(unsaid / size)]!]!]!;
    throw new UserError(
      `Cannot score record ${id}: expected probabilities, found NaN for class ${classes[unsaid % size]!}.`,
    );
  }
  const decided = Array.from(rows, (_, row) =>
    decideClasses(decision, probabilities.subarray(row * size, (row + 1) * size)),
  );
  return {
    ...tabulateTruth(examples, rows),
    predicted: labels === undefined ? hotRows(decided, size) : Uint8Array.from(decided, ([first]) => first!),
    probabilities,
  };
}

/** Some examples without what is said of them. */
export function tabulateTruth(examples: ExampleSet, rows: Int32Array): TruthTable {
  const { classes, labels, records, recordOf, positions } = examples;
  const hot = () =>
    hotRows(
      Array.from(rows, (row) => classesOf(examples, row)),
      classes.length,
    );
  return {
    classes,
    labelling: labels === undefined ? "several" : "one",
    records: Array.from(rows, (row) => records[recordOf[row]!]!.id),
    samples: rows.map((row) => positions[row]!),
    truth: labels === undefined ? hot() : rows.map((row) => labels[row]!),
  };
}

/** What differs between the examples of two tables, in words; `undefined` where nothing does but the order. */
export function misfit(found: TruthTable, wanted: TruthTable): string | undefined {
  const [classes, own] = [found.classes.join(", "), wanted.classes.join(", ")];
  if (classes !== own) return `classes ${classes}`;
  if (found.records.length !== wanted.records.length) return `${found.records.length} examples`;
  const places = placesOf(found);
  const width = wanted.labelling === "one" ? 1 : wanted.classes.length;
  for (let row = 0; row < wanted.records.length; row++) {
    const place = places.get(keyOf(wanted, row));
    if (place === undefined) return `no ${wanted.records[row]}, sample ${wanted.samples[row]},`;
    for (let i = 0; i < width; i++) {
      if (found.truth[place * width + i] !== wanted.truth[row * width + i])
        return `other labels of ${wanted.records[row]}`;
    }
  }
  return undefined;
}

/** Where each example of a table is, by {@link keyOf}. */
export function placesOf(table: TruthTable): Map<string, number> {
  return new Map(table.records.map((_, row) => [keyOf(table, row), row]));
}

export function keyOf({ records, samples }: TruthTable, row: number): string {
  return `${records[row]}/${samples[row]}`;
}

/** The rows of a table whose record and sample are wanted. */
export function keepPredictions(
  table: PredictionTable,
  wanted: (record: string, sample: number) => boolean,
): PredictionTable {
  const { classes, labelling, records, samples, truth, predicted, probabilities } = table;
  const kept = records.flatMap((record, row) => (wanted(record, samples[row]!) ? [row] : []));
  const width = labelling === "one" ? 1 : classes.length;
  const rowsOf = (values: ArrayLike<number>, size: number) =>
    kept.flatMap((row) => Array.from({ length: size }, (_, i) => values[row * size + i]!));
  return {
    classes,
    labelling,
    records: kept.map((row) => records[row]!),
    samples: kept.map((row) => samples[row]!),
    truth: rowsOf(truth, width),
    predicted: rowsOf(predicted, width),
    probabilities: Float32Array.from(rowsOf(probabilities, classes.length)),
  };
}

/** As CSV: `record,sample,truth,predicted`, several classes joined by semicolons, then a probability for each class. */
export function predictionsToCsv(table: PredictionTable): string {
  const { classes, records, samples, probabilities } = table;
  const names = (values: ArrayLike<number>, row: number) =>
    quoted(
      classesOfRow(values, { row, table })
        .map((label) => classes[label]!)
        .join(";"),
    );
  const lines = [["record", "sample", "truth", "predicted", ...classes.map(quoted)].join(",")];
  for (let i = 0; i < records.length; i++) {
    const own = probabilities.subarray(i * classes.length, (i + 1) * classes.length);
    const scores = Array.from(own, (p) => p.toPrecision(9));
    lines.push(
      [quoted(records[i]!), samples[i], names(table.truth, i), names(table.predicted, i), ...scores].join(","),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The table again from its CSV. Nine digits give every float32 back exactly. */
export function predictionsFromCsv(text: string, labelling: Labelling): PredictionTable {
  const [header, ...rows] = text.trimEnd().split("\n").map(cells);
  const classes = header!.slice(4);
  const labelsOf = (column: number) => rows.map((row) => row[column]!.split(";").map((name) => classes.indexOf(name)));
  const asTable = (labels: readonly (readonly number[])[]) =>
    labelling === "one"
      ? labels.map(([first]) => first!)
      : hotRows(
          labels.map((row) => row.filter((label) => label >= 0)),
          classes.length,
        );
  return {
    classes,
    labelling,
    records: rows.map((row) => row[0]!),
    samples: rows.map((row) => Number(row[1])),
    truth: asTable(labelsOf(2)),
    predicted: asTable(labelsOf(3)),
    probabilities: Float32Array.from(rows.flatMap((row) => row.slice(4).map(Number))),
  };
}

/** The true classes of a table, [row, class], 0 or 1. */
export function truthMatrix(table: PredictionTable): Uint8Array {
  const rows = table.records.map((_, row) => classesOfRow(table.truth, { row, table }));
  return hotRows(rows, table.classes.length);
}

function classesOfRow(
  values: ArrayLike<number>,
  { row, table: { labelling, classes } }: { readonly row: number; readonly table: PredictionTable },
): number[] {
  if (labelling === "one") return [values[row]!];
  return classes.flatMap((_, label) => (values[row * classes.length + label] === 1 ? [label] : []));
}

function hotRows(rows: readonly (readonly number[])[], size: number): Uint8Array {
  const hot = new Uint8Array(rows.length * size);
  rows.forEach((row, index) => row.forEach((label) => (hot[index * size + label] = 1)));
  return hot;
}

/** A cell, in quotes where it has to be. */
function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The cells of a line that {@link quoted} wrote. */
function cells(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, inQuotes, plain]) =>
    inQuotes === undefined ? plain! : inQuotes.replaceAll('""', '"'),
  );
}
