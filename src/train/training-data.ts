/**
 * Rows to learn from, in memory; over `SharedArrayBuffer`s where workers are to read them without copies. Each row either has one class
 * (`labels`), or its own share of every class (`targets`): several, none, or values to be regressed.
 */
export type TrainingData = TrainingInputs & (ClassLabels | ClassTargets);

interface TrainingInputs {
  /** [row, channel, sample] */
  readonly inputs: Float32Array;
  readonly size: number;
}

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

/** Moves the arrays into shared memory, so that worker threads read the same bytes. */
export function shareTrainingData(data: TrainingData): TrainingData {
  const inputs = new Float32Array(new SharedArrayBuffer(data.inputs.byteLength));
  inputs.set(data.inputs);
  if (data.labels !== undefined) {
    const labels = new Uint8Array(new SharedArrayBuffer(data.labels.byteLength));
    labels.set(data.labels);
    return { inputs, labels, size: data.size };
  }
  const targets = new Float32Array(new SharedArrayBuffer(data.targets.byteLength));
  targets.set(data.targets);
  return { inputs, targets, size: data.size };
}
