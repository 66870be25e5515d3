import type { Random } from "../core/random.ts";
import { type Tensor, initialiseParameter, leafName } from "../tensor/index.ts";

/** Where one parameter lies in a flat vector. */
export interface ParameterPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly length: number;
  /** Whether weight decay applies: kernels, not biases and norms. */
  readonly decay: boolean;
}

/**
 * All parameters of a net in one flat vector: the trained ones first, then the running statistics. Each starts at a
 * multiple of 16 values (64 bytes, a cache line); the filling between them stays 0.
 */
export interface ParameterLayout {
  readonly places: readonly ParameterPlace[];
  /** Values up to the end of the trained ones. */
  readonly trainedSize: number;
  /** Values in all. */
  readonly size: number;
}

const alignment = 16;

/** @param running parameters that the optimizer leaves alone (running statistics). */
export function layOutParameters(trained: readonly Tensor[], running: readonly Tensor[]): ParameterLayout {
  let next = 0;
  const place = (tensor: Tensor): ParameterPlace => {
    const length = tensor.shape.reduce((product, size) => product * size, 1);
    const start = next;
    next = Math.ceil((start + length) / alignment) * alignment;
    return {
      name: leafName(tensor),
      shape: tensor.shape,
      start,
      length,
      decay: tensor.source.kind === "parameter" && tensor.source.decays,
    };
  };
  const trainedPlaces = trained.map(place);
  const trainedSize = next;
  const runningPlaces = running.map(place);
  return { places: [...trainedPlaces, ...runningPlaces], trainedSize, size: next };
}

/** Seeded starting values; each parameter has its own stream, so adding a layer leaves the others as they were. */
export function initialiseParameters(
  tensors: readonly Tensor[],
  layout: ParameterLayout,
  random: Random,
): Float32Array {
  const values = new Float32Array(layout.size);
  for (const tensor of tensors) {
    const name = leafName(tensor);
    const place = layout.places.find((candidate) => candidate.name === name)!;
    values.set(initialiseParameter(tensor, random.fork(name)), place.start);
  }
  return values;
}

/** The view of one parameter in a flat vector. */
export function viewOf(flat: Float32Array, { start, length }: ParameterPlace): Float32Array {
  return flat.subarray(start, start + length);
}

/** Weights by name, as copies. */
export function weightsOf(flat: Float32Array, layout: ParameterLayout): Map<string, Float32Array> {
  return new Map(layout.places.map((place) => [place.name, viewOf(flat, place).slice()]));
}
