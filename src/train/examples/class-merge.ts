import { z } from "zod";

import { UserError } from "../../core/errors.ts";

/** Which of a dataset's classes count: some of them by name, or new classes, each of one or more of them. */
export const classChoiceSchema = z.union(
  [z.array(z.string()).min(2), z.record(z.string(), z.array(z.string()).min(1))],
  { error: "expected a list of classes, or classes with a list of the dataset's own for each" },
);

export type ClassChoice = z.output<typeof classChoiceSchema>;

export interface ClassMerge {
  readonly classes: readonly string[];
  /** The dataset's class → number of the class here; absent where it does not count. */
  readonly of: ReadonlyMap<string, number>;
}

/**
 * Applies a choice to the classes that a dataset has; all of them where there is none.
 * @throws UserError where it names others, or one twice, or leaves fewer than two.
 */
export function mergeClasses(
  choice: ClassChoice | undefined,
  { known, what }: { readonly known: readonly string[]; readonly what: string },
): ClassMerge {
  const list = choice ?? known;
  const chosen: (readonly [string, readonly string[]])[] = Array.isArray(list)
    ? list.map((name) => [name, [name]])
    : Object.entries(list);
  const members = chosen.flatMap(([, own]) => own);
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot use the classes of ${what}: expected ${wanted}, found ${found}.`);
  const unknown = members.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw mistake(`some of ${known.join(", ")}`, unknown.join(", "));
  const twice = members.find((name, index) => members.indexOf(name) < index);
  if (twice !== undefined) throw mistake("each of them once", `${twice} twice`);
  if (chosen.length < 2) throw mistake("at least 2", String(chosen.length));
  return {
    classes: chosen.map(([name]) => name),
    of: new Map(chosen.flatMap(([, own], label) => own.map((name) => [name, label] as const))),
  };
}

/** A choice as a card keeps it: the dataset's classes by the class here. */
export function choiceByClass(choice: ClassChoice): Record<string, string[]> {
  return Array.isArray(choice) ? Object.fromEntries(choice.map((name) => [name, [name]])) : choice;
}
