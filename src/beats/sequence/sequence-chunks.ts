/** How a recording's beats are cut into overlapping chunks for a net that reads a fixed number of them. */
export interface ChunkOptions {
  /** Beats of a chunk. */
  readonly length: number;
  /** Beats from one chunk's start to the next's. */
  readonly stride: number;
}

/** First beat of each chunk; the last chunk ends with the last beat. A recording shorter than a chunk has one. */
export function chunkStarts(beats: number, { length, stride }: ChunkOptions): number[] {
  if (beats === 0) return [];
  const last = Math.max(0, beats - length);
  const starts = Array.from({ length: Math.floor(last / stride) + 1 }, (_, i) => i * stride);
  if (starts.at(-1)! < last) starts.push(last);
  return starts;
}

/** Features [beat, feature] → [chunk, feature, beat], as a net reads them. Behind the last beat it is repeated. */
export function fillChunks(
  matrix: Float32Array,
  {
    starts,
    length,
    features,
  }: { readonly starts: readonly number[]; readonly length: number; readonly features: number },
): Float32Array {
  const beats = matrix.length / features;
  const chunks = new Float32Array(starts.length * features * length);
  starts.forEach((start, chunk) => {
    for (let t = 0; t < length; t++) {
      const from = Math.min(beats - 1, start + t) * features;
      for (let f = 0; f < features; f++) chunks[(chunk * features + f) * length + t] = matrix[from + f]!;
    }
  });
  return chunks;
}

export interface PoolOptions {
  readonly starts: readonly number[];
  readonly beats: number;
  readonly length: number;
  readonly classes: number;
}

/** {@link poolChunks} of a net whose outputs are each beat's probabilities over the chunk's length. */
export function poolOutputs(outputs: Float32Array, options: PoolOptions): Float32Array {
  return poolChunks(outputs, options).map((share) => share * options.length);
}

/**
 * A net's values [chunk, beat, class] → [beat, class]. A beat in several chunks has their mean, in which the one counts
 * most that has it nearest to its middle.
 */
export function poolChunks(values: Float32Array, { starts, beats, length, classes }: PoolOptions): Float32Array {
  const sums = new Float64Array(beats * classes);
  const weights = new Float64Array(beats);
  starts.forEach((start, chunk) => {
    for (let t = 0; t < length && start + t < beats; t++) {
      const weight = Math.min(t + 1, length - t);
      weights[start + t]! += weight;
      for (let c = 0; c < classes; c++) {
        sums[(start + t) * classes + c]! += weight * values[(chunk * length + t) * classes + c]!;
      }
    }
  });
  return Float32Array.from(sums, (sum, i) => sum / weights[Math.floor(i / classes)]!);
}
