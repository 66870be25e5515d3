import { readFileSync } from "node:fs";

interface Place {
  readonly shape: readonly number[];
  readonly start: number;
}

/** A tensor's values. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What PyTorch computed: the output, and the gradients of Σ output·weights. */
export interface GoldenCase {
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
  readonly output: GoldenTensor;
  readonly weights: GoldenTensor;
  readonly gradients: Readonly<Record<string, GoldenTensor>>;
}

/** Reads what tools/golden/tensor.py, or that of another family, wrote. */
export function readGoldenOps(family = "cases"): ReadonlyMap<string, GoldenCase> {
  const folder = new URL("../golden/tensor/", import.meta.url);
  const bytes = readFileSync(new URL(`${family}.bin`, folder));
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const take = ({ shape, start }: Place): GoldenTensor => ({
    shape,
    values: all.slice(start, start + shape.reduce((product, size) => product * size, 1)),
  });
  const takeAll = (places: Record<string, Place>) =>
    Object.fromEntries(Object.entries(places).map(([name, place]) => [name, take(place)]));
  const index = JSON.parse(readFileSync(new URL(`${family}.json`, folder), "utf8")) as Record<
    string,
    { inputs: Record<string, Place>; output: Place; weights: Place; gradients: Record<string, Place> }
  >;
  return new Map(
    Object.entries(index).map(([name, { inputs, output, weights, gradients }]) => [
      name,
      { inputs: takeAll(inputs), output: take(output), weights: take(weights), gradients: takeAll(gradients) },
    ]),
  );
}
