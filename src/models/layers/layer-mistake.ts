import { UserError } from "../../core/errors.ts";
import type { Tensor } from "../../tensor/index.ts";

/** For a layer that can't be built. */
export function layerMistake(layer: string, wanted: string, found: string | number): UserError {
  return new UserError(`Cannot build layer "${layer}": expected ${wanted}, found ${found}.`);
}

export interface AxesWanted {
  readonly layer: string;
  /** The number of axes, or the least. */
  readonly exactly?: number;
  readonly least?: number;
  /** What they are: `[batch, channel, sample]`. */
  readonly axes: string;
}

/** @throws UserError where x has another number of axes. */
export function expectAxes(x: Tensor, { layer, exactly, least = 0, axes }: AxesWanted): void {
  const count = x.shape.length;
  if (exactly === undefined ? count >= least : count === exactly) return;
  const wanted = exactly === undefined ? `at least ${least} axes` : `${exactly} axes`;
  throw layerMistake(layer, `an input of ${wanted} ${axes}`, `[${x.shape.join(", ")}]`);
}
