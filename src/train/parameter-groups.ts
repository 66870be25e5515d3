import { z } from "zod";

import { UserError } from "../core/errors.ts";
import { matchesPattern as fits } from "../core/matches-pattern.ts";

/** A parameter's name, where `*` stands for any characters: `output.*`, `*.bias`. */
const pattern = z.string().min(1);

/** Names of parameters that are not trained. */
export const frozenSchema = z.array(pattern);

/** Parameters that take `rate` times the learning rate; the first group that a name fits counts. */
export const parameterGroupsSchema = z.array(
  z.strictObject({ parameters: z.array(pattern).min(1), rate: z.number().positive() }),
);

export type ParameterGroups = z.output<typeof parameterGroupsSchema>;

export interface ParameterRules {
  readonly frozen: readonly string[];
  readonly groups: ParameterGroups;
}

export interface ParameterRule {
  readonly frozen: boolean;
  /** What the learning rate is multiplied by. */
  readonly rate: number;
}

/**
 * What holds for each of a net's parameters.
 * @throws UserError where a pattern fits none of them.
 */
export function parameterRules(
  names: readonly string[],
  { frozen, groups }: ParameterRules,
): Map<string, ParameterRule> {
  for (const each of [...frozen, ...groups.flatMap((group) => group.parameters)]) {
    if (names.some((name) => fits(name, each))) continue;
    throw new UserError(
      `Cannot train: expected a parameter whose name fits "${each}", found none; the net has ${names.join(", ")}.`,
    );
  }
  const isFrozen = frozenBy(frozen);
  return new Map(
    names.map((name) => {
      const group = groups.find(({ parameters }) => parameters.some((each) => fits(name, each)));
      return [name, { frozen: isFrozen(name), rate: group?.rate ?? 1 }];
    }),
  );
}

/** Whether a parameter's name fits one of the patterns. */
export function frozenBy(patterns: ParameterRules["frozen"]): (name: string) => boolean {
  return (name) => patterns.some((each) => fits(name, each));
}
