/** [2·frequency, time]: the real and then the imaginary parts of the discrete Fourier transform of `length` values, zeros behind them. */
export function transform(length: number, size: number): Float32Array {
  const count = size / 2 + 1;
  return table(2 * count, length, (row, time) => {
    const angle = (2 * Math.PI * ((row % count) * time)) / size;
    return row < count ? Math.cos(angle) : -Math.sin(angle);
  });
}

/** [time, 2·frequency]: the first `length` values from the frequencies 0 … size / 2 of a real signal. */
export function inverseTransform(length: number, size: number): Float32Array {
  const count = size / 2 + 1;
  return table(length, 2 * count, (time, column) => {
    const frequency = column % count;
    const angle = (2 * Math.PI * (frequency * time)) / size;
    return weightOf(frequency, size) * (column < count ? Math.cos(angle) : -Math.sin(angle));
  });
}

export interface KernelSizes {
  readonly taps: number;
  /** Which tap lies on the output's own time. */
  readonly before: number;
  readonly size: number;
}

/**
 * [frequency · 2 · 2, tap]: the spectrum K of a kernel that is laid on the signal from the right (tap t sees t − before
 * ahead), as the real block [[Re K, −Im K], [Im K, Re K]] for each frequency.
 */
export function kernelTransform({ taps, before, size }: KernelSizes): Float32Array {
  const count = size / 2 + 1;
  return table(4 * count, taps, (row, tap) => blockOf({ row, tap: tap - before, size }));
}

/** [tap, frequency · 2 · 2]: the adjoint of {@link kernelTransform} for slopes in the transform's own scale. */
export function kernelInverse({ taps, before, size }: KernelSizes): Float32Array {
  const count = size / 2 + 1;
  return table(
    taps,
    4 * count,
    (tap, row) => weightOf(Math.floor(row / 4), size) * blockOf({ row, tap: tap - before, size }),
  );
}

function blockOf({ row, tap, size }: { readonly row: number; readonly tap: number; readonly size: number }): number {
  const angle = (2 * Math.PI * (Math.floor(row / 4) * tap)) / size;
  const [real, imaginary] = [Math.cos(angle), Math.sin(angle)];
  return [real, -imaginary, imaginary, real][row % 4]!;
}

/** Frequencies between the ends stand for their mirror images too. */
function weightOf(frequency: number, size: number): number {
  return (frequency === 0 || frequency === size / 2 ? 1 : 2) / size;
}

function table(rows: number, columns: number, value: (row: number, column: number) => number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns));
}
