import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { matchesPattern as fits } from "../../core/matches-pattern.ts";

/** A parameter's name, where `*` stands for any characters: `output.*`, `*.bias`. */
const pattern = z.string().min(1);

/** Names of parameters that are not trained, or that alone are. */
export const parameterNamesSchema = z.array(pattern);

/** Parameters that take `rate` times the learning rate; the first group that a name fits counts. */
export const parameterGroupsSchema = z.array(
  z.strictObject({ parameters: z.array(pattern).min(1), rate: z.number().positive() }),
);

export type ParameterGroups = z.output<typeof parameterGroupsSchema>;

/**
 * Discriminative rates (Howard & Ruder 2018): what the learning rate is multiplied by in the layers next to the input and in the last ones;
 * between them the factors are evenly spaced on a logarithmic scale, by the layers' depth.
 */
export const depthRatesSchema = z.strictObject({ from: z.number().positive(), to: z.number().positive() });

export type DepthRates = z.output<typeof depthRatesSchema>;

export interface ParameterRules {
  readonly frozen: readonly string[];
  /** All others are frozen; absent: none but those of `frozen`. */
  readonly trained?: readonly string[] | undefined;
  readonly groups: ParameterGroups;
  readonly rates?: DepthRates | undefined;
}

export interface ParameterRule {
  readonly frozen: boolean;
  /** What the learning rate is multiplied by. */
  readonly rate: number;
}

/**
 * What holds for each of a net's parameters; a group's factor and that of the depth are multiplied.
 * @param depths Of each parameter's layer, from 1; see `layerDepths`.
 * @throws UserError where a pattern fits none of them.
 */
export function parameterRules(depths: ReadonlyMap<string, number>, rules: ParameterRules): Map<string, ParameterRule> {
  const { frozen, trained = [], groups } = rules;
  const names = [...depths.keys()];
  for (const each of [...frozen, ...trained, ...groups.flatMap((group) => group.parameters)]) {
    if (names.some((name) => fits(name, each))) continue;
    throw new UserError(
      `Cannot train: expected a parameter whose name fits "${each}", found none; the net has ${names.join(", ")}.`,
    );
  }
  const isFrozen = frozenBy(rules);
  const deepest = Math.max(...depths.values());
  return new Map(
    names.map((name) => {
      const group = groups.find(({ parameters }) => fitsAny(parameters)(name));
      const rate = (group?.rate ?? 1) * rateAtDepth(rules.rates, { depth: depths.get(name)!, deepest });
      return [name, { frozen: isFrozen(name), rate }];
    }),
  );
}

function rateAtDepth(
  rates: DepthRates | undefined,
  { depth, deepest }: { readonly depth: number; readonly deepest: number },
): number {
  if (rates === undefined) return 1;
  // A net of one layer is its own head.
  const share = deepest === 1 ? 1 : (depth - 1) / (deepest - 1);
  return rates.from * (rates.to / rates.from) ** share;
}

/** Whether a parameter stays as it is. */
export function frozenBy({ frozen, trained }: Pick<ParameterRules, "frozen" | "trained">): (name: string) => boolean {
  const isNamed = fitsAny(frozen);
  const isTrained = trained === undefined ? () => true : fitsAny(trained);
  return (name) => isNamed(name) || !isTrained(name);
}

/** Whether a parameter's name fits one of the patterns. */
export function fitsAny(patterns: readonly string[]): (name: string) => boolean {
  return (name) => patterns.some((each) => fits(name, each));
}
