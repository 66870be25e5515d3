/** A size of tiles along an axis; with kernels of three taps a tile takes two products more than it has outputs. */
export interface TileKind {
  readonly outputs: number;
  readonly products: number;
  /** Where the polynomials are multiplied; one point more is at infinity. */
  readonly points: readonly number[];
}

/** At ±√½ and ±√2 float32 loses least: 9e-7 of the values, where 0, ±1, ±2 lose 1.6e-6. */
export const largeTile: TileKind = {
  outputs: 4,
  products: 6,
  points: [0, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2, -Math.SQRT2],
};

/** A kernel is 16 values at the points and not 36. */
export const smallTile: TileKind = { outputs: 2, products: 4, points: [0, 1, -1] };

export interface AxisSizes {
  readonly input: number;
  /** Zeros in front of the input. */
  readonly before: number;
  readonly output: number;
  readonly tile: TileKind;
}

export interface AxisMatrices {
  readonly tiles: number;
  /** [point·tile, input]: an axis of the image, cut in tiles that overlap, at the points. */
  readonly input: readonly (readonly number[])[];
  /** [point·tile, output]: its transpose puts outputs together from the products at the points. */
  readonly output: readonly (readonly number[])[];
}

/** [point, 3]: a kernel's axis at the points. */
export function kernelMatrix({ points }: TileKind): readonly (readonly number[])[] {
  return [...points.map((point) => [0, 1, 2].map((power) => point ** power / norm(point, points))), [0, 0, 1]];
}

/**
 * Fast convolution F(4, 3) or F(2, 3) along one axis after Toom, Cook and Winograd (Lavin & Gray 2016): with the input d, the kernel
 * g and their matrices D, K, and that of the outputs A, y = Aᵀ((K g) ⊙ (D d)), six products for four outputs instead of
 * twelve, or four for two instead of six. Rows are the points, and within these the tiles.
 */
export function axisMatrices({ input, before, output, tile }: AxisSizes): AxisMatrices {
  const { outputs, products } = tile;
  const tiles = Math.ceil(output / outputs);
  const ofInput = inputMatrix(tile);
  const rows = (length: number, value: (point: number, i: number) => number, offset: number) =>
    Array.from({ length: products * tiles }, (_, row) => {
      const start = (row % tiles) * outputs + offset;
      return Array.from({ length }, (__, i) => value(Math.floor(row / tiles), i - start));
    });
  return {
    tiles,
    input: rows(input, (point, i) => ofInput[point]![i] ?? 0, -before),
    output: rows(output, (point, i) => outputValue(point, i, tile), 0),
  };
}

/** [point, point]: of each point, the polynomial that is zero at all others. */
function inputMatrix({ points }: TileKind): number[][] {
  return [...points.map((point) => polynomial(points.filter((other) => other !== point))), polynomial(points)];
}

function outputValue(point: number, i: number, { points, outputs }: TileKind): number {
  if (i < 0 || i >= outputs) return 0;
  return point < points.length ? points[point]! ** i : i === outputs - 1 ? 1 : 0;
}

/** Of the polynomial with these zeros, from the constant on. */
function polynomial(zeros: readonly number[]): number[] {
  return zeros.reduce(
    (values, zero) => [...values, 0].map((_, i) => (values[i - 1] ?? 0) - zero * (values[i] ?? 0)),
    [1],
  );
}

function norm(point: number, points: readonly number[]): number {
  return points.reduce((product, other) => (other === point ? product : product * (point - other)), 1);
}

/** Matrices of rows and of columns as one of [points of both · tiles of both, row·column], the column's point and tile first. */
export function onBothAxes(
  rows: readonly (readonly number[])[],
  columns: readonly (readonly number[])[],
  points: number,
): readonly (readonly number[])[] {
  // [point][tile] of an axis
  const byPoint = (axis: readonly (readonly number[])[]) =>
    Array.from({ length: points }, (_, point) =>
      axis.slice((point * axis.length) / points, ((point + 1) * axis.length) / points),
    );
  return byPoint(columns).flatMap((tilesOfColumn) =>
    byPoint(rows).flatMap((tilesOfRow) =>
      tilesOfColumn.flatMap((column) => tilesOfRow.map((row) => row.flatMap((a) => column.map((b) => a * b)))),
    ),
  );
}
