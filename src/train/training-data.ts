/** Rows to learn from, in memory; over `SharedArrayBuffer`s where workers are to read them without copies. */
export interface TrainingData {
  /** [row, channel, sample] */
  readonly inputs: Float32Array;
  /** [row], the class. */
  readonly labels: Uint8Array;
  readonly size: number;
}

/** Moves the arrays into shared memory, so that worker threads read the same bytes. */
export function shareTrainingData({ inputs, labels, size }: TrainingData): TrainingData {
  const sharedInputs = new Float32Array(new SharedArrayBuffer(inputs.byteLength));
  sharedInputs.set(inputs);
  const sharedLabels = new Uint8Array(new SharedArrayBuffer(labels.byteLength));
  sharedLabels.set(labels);
  return { inputs: sharedInputs, labels: sharedLabels, size };
}
