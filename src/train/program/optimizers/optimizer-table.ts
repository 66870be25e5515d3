import { z } from "zod";

import { adam, adamSettings, adamw, adamwSettings } from "./adam.ts";
import { adamax, adamaxSettings } from "./adamax.ts";
import type { OptimizerKind } from "./optimizer-kind.ts";
import { rmsprop, rmspropSettings } from "./rmsprop.ts";
import { sgd, sgdSettings } from "./sgd.ts";

/** Settings of an optimizer, by its name. The defaults are those of the paper named; `epsilon` stands outside the root. */
export const optimizerSchema = z.discriminatedUnion("name", [
  sgdSettings,
  rmspropSettings,
  adamSettings,
  adamwSettings,
  adamaxSettings,
]);

export type OptimizerSettings = z.output<typeof optimizerSchema>;

/** Every optimizer that a recipe can name; a new one is one file, one line here and one above. */
const optimizers: {
  readonly [Name in OptimizerSettings["name"]]: OptimizerKind<Extract<OptimizerSettings, { name: Name }>>;
} = { sgd, rmsprop, adam, adamw, adamax };

/** The optimizer that settings name. */
export function optimizerOf({ name }: OptimizerSettings): OptimizerKind<OptimizerSettings> {
  return optimizers[name] as OptimizerKind<OptimizerSettings>;
}
