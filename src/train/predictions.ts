/** A fold's test part, beat by beat. */
export interface BeatPredictionTable {
  readonly classes: readonly string[];
  readonly records: readonly string[];
  /** R peaks, samples. */
  readonly samples: ArrayLike<number>;
  /** Class numbers. */
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** [beat, class] */
  readonly probabilities: Float32Array;
}

/** As CSV: `record,sample,truth,predicted`, then a probability for each class. */
export function predictionsToCsv(table: BeatPredictionTable): string {
  const { classes, records, samples, truth, predicted, probabilities } = table;
  const lines = [["record", "sample", "truth", "predicted", ...classes].join(",")];
  for (let i = 0; i < records.length; i++) {
    const own = probabilities.subarray(i * classes.length, (i + 1) * classes.length);
    const scores = Array.from(own, (p) => p.toPrecision(9));
    lines.push([records[i], samples[i], classes[truth[i]!], classes[predicted[i]!], ...scores].join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** The table again from its CSV. Nine digits give every float32 back exactly. */
export function predictionsFromCsv(text: string): BeatPredictionTable {
  const [header, ...lines] = text.trimEnd().split("\n");
  const classes = header!.split(",").slice(4);
  const rows = lines.map((line) => line.split(","));
  return {
    classes,
    records: rows.map((row) => row[0]!),
    samples: rows.map((row) => Number(row[1])),
    truth: rows.map((row) => classes.indexOf(row[2]!)),
    predicted: rows.map((row) => classes.indexOf(row[3]!)),
    probabilities: Float32Array.from(rows.flatMap((row) => row.slice(4).map(Number))),
  };
}
