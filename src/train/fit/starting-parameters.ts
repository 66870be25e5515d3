import { UserError } from "../../core/errors.ts";
import { leafName, readOnnx } from "../../tensor/index.ts";
import { fitsAny } from "../program/parameter-groups.ts";
import { type ParameterPlace, viewOf } from "../program/parameter-layout.ts";

/** Weights of another training, by name: `ReadOnnx.weights` of a model file, or what a fit ended with. */
export type SourceWeights = ReadonlyMap<string, Float32Array>;

export interface StartingOptions {
  readonly from: SourceWeights;
  /** Shapes of these weights, where they are known: two of the same size may still differ. */
  readonly shapes?: ReadonlyMap<string, readonly number[]>;
  /** Names, with `*` for any characters, of parameters that keep their own starting values: a new head. */
  readonly except: readonly string[];
  /** The flat vector of seeded values, see `initialiseParameters`; it stays as it is. */
  readonly seeded: Float32Array;
}

/**
 * The flat vector that a training starts from where it goes on from another net's weights. Every parameter is either taken or named in
 * `except`; weights that the net has no parameter for are not used, such as those of the old head.
 * @throws UserError that names parameters which the source lacks or has in another size, and patterns that fit none.
 */
export function startingParameters(places: readonly ParameterPlace[], options: StartingOptions): Float32Array {
  const { from, shapes, except, seeded } = options;
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot start from these weights: expected ${wanted}, found ${found}.`);
  for (const pattern of except) {
    if (!places.some(({ name }) => fitsAny([pattern])(name))) {
      throw mistake(
        `a parameter whose name fits "${pattern}", to be left out`,
        `none; the net has ${places.map(({ name }) => name).join(", ")}`,
      );
    }
  }
  const isLeftOut = fitsAny(except);
  const taken = places.filter(({ name }) => !isLeftOut(name));
  const lacking = taken.filter(({ name }) => !from.has(name)).map(({ name }) => name);
  if (lacking.length > 0)
    throw mistake(`values for ${lacking.join(", ")}, or these left out`, `${[...from.keys()].join(", ") || "none"}`);
  const values = seeded.slice();
  for (const place of taken) {
    const source = from.get(place.name)!;
    const shape = shapes?.get(place.name);
    const fits = shape === undefined ? source.length === place.length : shape.join() === place.shape.join();
    if (!fits) {
      const found = shape === undefined ? `${source.length} values` : `[${shape.join(", ")}]`;
      throw mistake(`"${place.name}" of shape [${place.shape.join(", ")}], or it left out`, found);
    }
    viewOf(values, place).set(source);
  }
  return values;
}

/** The weights of a model file, ours or one of operators that `readOnnx` knows. */
export function modelWeights(onnx: Uint8Array): Required<Pick<StartingOptions, "from" | "shapes">> {
  const { parameters, weights } = readOnnx(onnx, { batch: 1 });
  return { from: weights, shapes: new Map(parameters.map((each) => [leafName(each), each.shape])) };
}
