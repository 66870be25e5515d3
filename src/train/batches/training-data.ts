import type { SignalRows } from "../../signal/index.ts";

/**
 * Rows to learn from, in memory; over `SharedArrayBuffer`s where workers are to read them without copies. Each row either has one class
 * (`labels`), or its own share of every class (`targets`): several, none, or values to be regressed.
 */
export type TrainingData = TrainingInputs & (ClassLabels | ClassTargets);

/** What a net reads. */
export type TrainingInputs = SignalRows;

interface ClassLabels {
  /** [row], the class. */
  readonly labels: Uint8Array;
  readonly targets?: undefined;
}

interface ClassTargets {
  readonly labels?: undefined;
  /** [row, class] */
  readonly targets: Float32Array;
}

/** Adds `share` times a row's targets, [class]. */
export function addTargets(
  target: Float32Array | Float64Array,
  { data, row, share }: { readonly data: TrainingData; readonly row: number; readonly share: number },
): void {
  if (data.labels !== undefined) {
    target[data.labels[row]!]! += share;
    return;
  }
  const start = row * target.length;
  for (let label = 0; label < target.length; label++) target[label]! += share * data.targets[start + label]!;
}

/** The targets of some rows, [row, class]. */
export function targetsOf(data: TrainingData, rows: ArrayLike<number>, classCount: number): Float32Array {
  const targets = new Float32Array(rows.length * classCount);
  for (let i = 0; i < rows.length; i++) {
    addTargets(targets.subarray(i * classCount, (i + 1) * classCount), { data, row: rows[i]!, share: 1 });
  }
  return targets;
}

/** The same data in shared memory, so that worker threads read the same bytes; arrays that lie there already are not copied. */
export function shareTrainingData(data: TrainingData): TrainingData {
  const { inputs, size, lengths, extras, scaling } = data;
  const shared = {
    inputs: share(inputs, Float32Array),
    size,
    ...(lengths === undefined ? {} : { lengths: share(lengths, Int32Array) }),
    ...(extras === undefined
      ? {}
      : {
          extras: Object.fromEntries(
            Object.entries(extras).map(([name, values]) => [name, share(values, Float32Array)]),
          ),
        }),
    ...(scaling === undefined ? {} : { scaling }),
  };
  if (data.labels !== undefined) return { ...shared, labels: share(data.labels, Uint8Array) };
  return { ...shared, targets: share(data.targets, Float32Array) };
}

type Numbers = Float32Array | Int32Array | Uint8Array;

function share<Values extends Numbers>(values: Values, Kind: new (memory: SharedArrayBuffer) => Values): Values {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const shared = new Kind(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}
