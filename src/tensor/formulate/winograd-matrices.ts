/** Outputs of one tile along an axis; with kernels of three taps a tile takes six products. */
export const outputsOfTile = 4;
export const productsOfTile = 6;

/** At ±√½ and ±√2 float32 loses least: 9e-7 of the values, where 0, ±1, ±2 lose 1.6e-6. The sixth point is at infinity. */
const points = [0, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2, -Math.SQRT2];

export interface AxisSizes {
  readonly input: number;
  /** Zeros in front of the input. */
  readonly before: number;
  readonly output: number;
}

export interface AxisMatrices {
  readonly tiles: number;
  /** [6·tile, input]: an axis of the image, cut in tiles that overlap, at the points. */
  readonly input: readonly (readonly number[])[];
  /** [6·tile, output]: its transpose puts outputs together from the products at the points. */
  readonly output: readonly (readonly number[])[];
}

/** [6, 3]: a kernel's axis at the points. */
export const kernelMatrix: readonly (readonly number[])[] = [
  ...points.map((point) => [0, 1, 2].map((power) => point ** power / norm(point))),
  [0, 0, 1],
];

/**
 * Fast convolution F(4, 3) along one axis after Toom, Cook and Winograd (Lavin & Gray 2016): with the input d, the kernel
 * g and their matrices D, K, and that of the outputs A, y = Aᵀ((K g) ⊙ (D d)), six products for four outputs instead of
 * twelve. Rows are the points, and within these the tiles.
 */
export function axisMatrices({ input, before, output }: AxisSizes): AxisMatrices {
  const tiles = Math.ceil(output / outputsOfTile);
  const rows = (length: number, value: (point: number, i: number) => number, offset: number) =>
    Array.from({ length: productsOfTile * tiles }, (_, row) => {
      const start = (row % tiles) * outputsOfTile + offset;
      return Array.from({ length }, (__, i) => value(Math.floor(row / tiles), i - start));
    });
  return {
    tiles,
    input: rows(input, (point, i) => inputMatrix[point]![i] ?? 0, -before),
    output: rows(output, outputValue, 0),
  };
}

/** [6, 6]: of each point, the polynomial that is zero at all others. */
const inputMatrix = [
  ...points.map((point) => polynomial(points.filter((other) => other !== point))),
  polynomial(points),
];

function outputValue(point: number, i: number): number {
  if (i < 0 || i >= outputsOfTile) return 0;
  return point < points.length ? points[point]! ** i : i === outputsOfTile - 1 ? 1 : 0;
}

/** Of the polynomial with these zeros, from the constant on. */
function polynomial(zeros: readonly number[]): number[] {
  return zeros.reduce(
    (values, zero) => [...values, 0].map((_, i) => (values[i - 1] ?? 0) - zero * (values[i] ?? 0)),
    [1],
  );
}

function norm(point: number): number {
  return points.reduce((product, other) => (other === point ? product : product * (point - other)), 1);
}

/** Matrices of rows and of columns as one of [point of both, row·column], the column's point first. */
export function onBothAxes(
  rows: readonly (readonly number[])[],
  columns: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  return columns.flatMap((column) => rows.map((row) => row.flatMap((a) => column.map((b) => a * b))));
}
