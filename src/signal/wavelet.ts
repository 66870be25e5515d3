import { UserError } from "../core/errors.ts";
import { scalingFilters } from "./wavelet-filters.ts";

/** The four filters of an orthogonal wavelet, each [tap], in PyWavelets' order and sign. */
export interface Wavelet {
  readonly name: string;
  readonly decompositionLow: Float64Array;
  readonly decompositionHigh: Float64Array;
  readonly reconstructionLow: Float64Array;
  readonly reconstructionHigh: Float64Array;
}

/** Every known name: db1 … db20, sym2 … sym20, coif1 …. */
export const waveletNames: readonly string[] = Object.keys(scalingFilters);

/**
 * An orthogonal wavelet by its name, such as `db6`. Its high-pass filters are the quadrature mirror of the low-pass ones.
 * @throws UserError where the name is unknown.
 */
export function wavelet(name: string): Wavelet {
  const scaling = Object.hasOwn(scalingFilters, name) ? scalingFilters[name] : undefined;
  if (scaling === undefined) {
    throw new UserError(`Cannot find wavelet "${name}": expected ${describeFamilies()}.`);
  }
  const reconstructionLow = Float64Array.from(scaling);
  const decompositionLow = reconstructionLow.toReversed();
  const reconstructionHigh = decompositionLow.map((value, k) => (k % 2 === 0 ? value : -value));
  return {
    name,
    decompositionLow,
    decompositionHigh: reconstructionHigh.toReversed(),
    reconstructionLow,
    reconstructionHigh,
  };
}

/** `db1 … db20, sym2 … sym20, …` */
function describeFamilies(): string {
  const families = new Map<string, { first: string; last: string }>();
  for (const name of waveletNames) {
    const family = name.replace(/\d+$/, "");
    families.set(family, { first: families.get(family)?.first ?? name, last: name });
  }
  return [...families.values()].map(({ first, last }) => `${first} … ${last}`).join(", ");
}
