import type { Random } from "../../core/random.ts";
import { type Tensor, initialiseParameter, leafName } from "../../tensor/index.ts";
import type { ParameterRule } from "./parameter-groups.ts";

/** Where one parameter lies in a flat vector. */
export interface ParameterPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly length: number;
  /** Whether weight decay applies: kernels, not biases and norms. */
  readonly decay: boolean;
  /** What the learning rate is multiplied by. */
  readonly rate: number;
}

/**
 * All parameters of a net in one flat vector: the trained ones first, then the running statistics, then those that stay as they are. Each
 * starts at a multiple of 16 values (64 bytes, a cache line); the filling between them stays 0.
 */
export interface ParameterLayout {
  readonly places: readonly ParameterPlace[];
  /** Values up to the end of the trained ones. */
  readonly trainedSize: number;
  /** Values up to the end of the running statistics. */
  readonly movedSize: number;
  /** Values in all. */
  readonly size: number;
}

export interface LayOutOptions {
  readonly trained: readonly Tensor[];
  readonly running: readonly Tensor[];
  readonly fixed: readonly Tensor[];
  readonly rules: ReadonlyMap<string, ParameterRule>;
}

const alignment = 16;

export function layOutParameters({ trained, running, fixed, rules }: LayOutOptions): ParameterLayout {
  let next = 0;
  const place = (tensor: Tensor): ParameterPlace => {
    const length = tensor.shape.reduce((product, size) => product * size, 1);
    const start = next;
    next = Math.ceil((start + length) / alignment) * alignment;
    const name = leafName(tensor);
    return {
      name,
      shape: tensor.shape,
      start,
      length,
      decay: tensor.source.kind === "parameter" && tensor.source.decays,
      rate: rules.get(name)?.rate ?? 1,
    };
  };
  const trainedPlaces = trained.map(place);
  const trainedSize = next;
  const runningPlaces = running.map(place);
  const movedSize = next;
  const fixedPlaces = fixed.map(place);
  return { places: [...trainedPlaces, ...runningPlaces, ...fixedPlaces], trainedSize, movedSize, size: next };
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

/** The same parameters in another layout of the same net. */
export function layOutAgain(
  flat: Float32Array,
  { from, to }: { readonly from: ParameterLayout; readonly to: ParameterLayout },
): Float32Array {
  const before = new Map(from.places.map((place) => [place.name, place]));
  const values = new Float32Array(to.size);
  for (const place of to.places) viewOf(values, place).set(viewOf(flat, before.get(place.name)!));
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
