import { UserError } from "../../core/errors.ts";

/** Signals that a net reads, and what it reads beside them. */
export interface SignalRows {
  /** Rows one after the other, each [channel, sample]. */
  readonly inputs: Float32Array;
  readonly size: number;
  /** [row], samples per channel of each row; absent: every row is as long as the net's window. */
  readonly lengths?: Int32Array;
  /** What the net reads beside the signal, by the names of `Architecture.inputs`; each [row, ...shape]. */
  readonly extras?: Readonly<Record<string, Float32Array>>;
  /**
   * What is taken off every sample, and what it is then divided by; one pair for all channels, or one per channel. The arrays themselves
   * stay as they are (folds share them).
   */
  readonly scaling?: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
}

/** An input of a net beside the signal, float32. */
export interface ExtraInput {
  readonly name: string;
  /** Without the batch. */
  readonly shape: readonly number[];
  /** Values of one row. */
  readonly length: number;
}

/** What of a row a net reads at once. */
export interface RowSizes {
  readonly channels: number;
  /** Of the net's window. */
  readonly samples: number;
  readonly extras: readonly ExtraInput[];
}

/** The rows of some data, wherever each begins. */
export interface DataRows {
  /** Samples per channel. */
  lengthOf(row: number): number;
  /** Its values [channel, sample], unscaled. */
  valuesOf(row: number): Float32Array;
  /**
   * Copies `samples` of each channel from sample `from` on, scaled, [channel, sample]; zeros where the row has none, before its first and
   * behind its last.
   */
  copyWindow(target: Float32Array, place: { readonly row: number; readonly from: number }): void;
  /** Whether a row is a window as it is. */
  isWindow(row: number): boolean;
}

export function openDataRows(data: SignalRows, { channels, samples }: RowSizes): DataRows {
  const { inputs, lengths, scaling } = data;
  const starts = lengths && startsOf(lengths, channels);
  const lengthOf = (row: number) => lengths?.[row] ?? samples;
  const valuesOf = (row: number) => {
    const start = starts?.[row] ?? row * channels * samples;
    return inputs.subarray(start, start + channels * lengthOf(row));
  };
  const of = (values: readonly number[], channel: number) => values[values.length === 1 ? 0 : channel]!;
  return {
    lengthOf,
    valuesOf,
    isWindow: (row) => scaling === undefined && lengthOf(row) === samples,
    copyWindow: (target, { row, from }) => {
      const values = valuesOf(row);
      const length = lengthOf(row);
      const first = Math.min(samples, Math.max(0, -from));
      const end = Math.max(first, Math.min(samples, length - from));
      for (let channel = 0; channel < channels; channel++) {
        const into = target.subarray(channel * samples, (channel + 1) * samples);
        const start = channel * length + from;
        if (end - first < samples) into.fill(0);
        into.set(values.subarray(start + first, start + end), first);
        if (scaling === undefined) continue;
        const mean = of(scaling.mean, channel);
        const deviation = of(scaling.deviation, channel);
        for (let i = first; i < end; i++) into[i] = (into[i]! - mean) / deviation;
      }
    },
  };
}

/** Where each row begins. Doubles, for a large data set has more values than an int32 counts. */
function startsOf(lengths: Int32Array, channels: number): Float64Array {
  const starts = new Float64Array(lengths.length);
  for (let row = 1; row < lengths.length; row++) starts[row] = starts[row - 1]! + channels * lengths[row - 1]!;
  return starts;
}

/** @throws UserError where the data are not what a net of these sizes reads. */
export function checkTrainingInputs(data: SignalRows, { channels, samples, extras }: RowSizes): void {
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot use the training data: expected ${wanted}, found ${found}.`);
  const { inputs, size, lengths, scaling } = data;
  if (lengths !== undefined && lengths.length !== size)
    throw mistake(`${size} lengths, one per row`, `${lengths.length}`);
  const none = lengths?.findIndex((length) => length < 1) ?? -1;
  if (none >= 0) throw mistake("rows of at least one sample", `${lengths![none]!} in row ${none}`);
  const perChannel = lengths === undefined ? size * samples : lengths.reduce((sum, length) => sum + length, 0);
  if (inputs.length !== perChannel * channels) {
    const rows =
      lengths === undefined
        ? `${size} rows of ${channels} × ${samples} values`
        : `${channels} × ${perChannel} values in ${size} rows`;
    throw mistake(rows, `${inputs.length} values`);
  }
  for (const { name, shape, length } of extras) {
    const values = data.extras?.[name];
    const what = `the net's input "${name}", [${[size, ...shape].join(", ")}]`;
    if (values === undefined)
      throw mistake(what, Object.keys(data.extras ?? {}).join(", ") || "none beside the signal");
    if (values.length !== size * length) throw mistake(what, `${values.length} values`);
  }
  if (scaling === undefined) return;
  for (const [what, values] of Object.entries(scaling)) {
    if (values.length !== 1 && values.length !== channels) {
      throw mistake(`one ${what} to scale by, or one for each of ${channels} channels`, `${values.length}`);
    }
    if (!values.every((value) => Number.isFinite(value) && (what === "mean" || value > 0))) {
      throw mistake(`${what === "mean" ? "a finite" : "a positive"} ${what} to scale by`, values.join(", "));
    }
  }
}
