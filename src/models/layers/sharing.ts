import type { Tensor } from "../../tensor/index.ts";
import type { LayerContext } from "./layer-context.ts";

/** What a shared part of a net takes and gives. */
type Part<Arguments extends readonly unknown[], Result> = (...inputs: Arguments) => Result;

export interface SharingLayers {
  /**
   * A part of a net that has one set of weights however often it is applied:
   * `const encode = layers.shared("encoder", (x) => …); concat([encode(a), encode(b)], 1)`. Its layers' names begin with
   * the part's.
   */
  shared<Arguments extends readonly unknown[], Result = Tensor>(
    name: string,
    part: Part<Arguments, Result>,
  ): Part<Arguments, Result>;
  /** Runs a part of a net whose layers' names are to begin with the part's: `layers.scope("block1", () => …)`. */
  scope<Result>(name: string, part: () => Result): Result;
}

export function sharingLayers(context: LayerContext): SharingLayers {
  return {
    shared: (name, part) => {
      let applied = false;
      return (...inputs) => {
        const repeat = applied;
        applied = true;
        return context.within(name, () => part(...inputs), { repeat });
      };
    },
    scope: (name, part) => context.within(name, part),
  };
}
