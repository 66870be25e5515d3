import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { mergePatch } from "../../core/merge-patch.ts";

/** How a published number came to stand in a family's table, in the words that reports have. */
const provenances = {
  read: "read in the source",
  abstract: "from the abstract alone",
  memory: "from memory, to be checked",
  level: "a level to reach, not one number of one paper",
} as const;

const recipePart = z.record(z.string(), z.unknown());

const familySchema = z.strictObject({
  /** The members' names, with an axis in braces for its value: `ptbxl-{task}-{model}`. */
  family: z.string(),
  /** What the members share, for people. */
  about: z.string(),
  /** A recipe but for its name, and for what the axes say. In all its strings `{axis}` and `{axis.title}` stand for the value. */
  base: recipePart,
  /** In order: each value's name, its title, and what it changes, as JSON Merge Patch (RFC 7396). Later axes change what earlier ones said. */
  axes: z.record(
    z.string(),
    z.record(
      z.string(),
      z.strictObject({
        title: z.string(),
        /** Its part of the members' names; its own name where absent. */
        as: z.string().optional(),
        set: recipePart.default({}),
      }),
    ),
  ),
  /** Members that there are not: those that have one of the values on each axis named. */
  omit: z.array(z.record(z.string(), z.array(z.string()).min(1))).default([]),
  /** Published numbers, by the values on all axes joined by `/`: the number, or the number and its own tolerance. */
  published: z
    .array(
      z.strictObject({
        metric: z.string(),
        source: z.string(),
        provenance: z.enum(Object.keys(provenances) as (keyof typeof provenances)[]),
        /** For numbers without one of their own. */
        tolerance: z.number().positive().optional(),
        values: z.record(z.string(), z.union([z.number(), z.tuple([z.number(), z.number().positive()])])),
      }),
    )
    .default([]),
});

export type RecipeFamily = z.output<typeof familySchema>;

/** One recipe of a family. */
export interface FamilyMember {
  readonly name: string;
  /** Its value on each axis. */
  readonly values: Readonly<Record<string, string>>;
}

/** @throws UserError that says in one sentence what is wrong, and where. */
export function parseFamily(text: string, { file }: { readonly file: string }): RecipeFamily {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`Cannot read family ${file}: expected JSON, found: ${(error as Error).message}`);
  }
  const parsed = familySchema.safeParse(value);
  const mistake = (problem: string) => new UserError(`Cannot use family ${file}: ${problem}`);
  if (!parsed.success) {
    throw mistake(
      parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the family"}: ${message}`).join("; "),
    );
  }
  const members = familyMembers(parsed.data);
  const keys = new Set(members.map(keyOf));
  const stray = parsed.data.published.flatMap(({ values }) => Object.keys(values)).find((key) => !keys.has(key));
  if (stray !== undefined) throw mistake(`published: expected values of members, found ${stray}`);
  const names = members.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw mistake(`expected members of different names, found ${twice} twice`);
  return parsed.data;
}

/** All members, the first axis slowest. */
export function familyMembers({ family, axes, omit }: RecipeFamily): FamilyMember[] {
  let found: Record<string, string>[] = [{}];
  for (const [axis, values] of Object.entries(axes)) {
    found = found.flatMap((member) => Object.keys(values).map((value) => ({ ...member, [axis]: value })));
  }
  return found
    .filter(
      (values) => !omit.some((lists) => Object.entries(lists).every(([axis, list]) => list.includes(values[axis]!))),
    )
    .map((values) => ({ name: fill(family, (axis) => axes[axis]?.[values[axis]!]?.as ?? values[axis]), values }));
}

/** A member as the JSON of a recipe; `parseRecipe` says whether it is one. */
export function expandMember({ base, axes, published }: RecipeFamily, member: FamilyMember): unknown {
  const { name, values } = member;
  let recipe: unknown = { name, ...base };
  for (const [axis, value] of Object.entries(values)) recipe = mergePatch(recipe, axes[axis]![value]!.set);
  const wordOf = (word: string) => {
    const [axis = "", part] = word.split(".");
    const value = values[axis];
    return part === "title" && value !== undefined ? axes[axis]![value]!.title : part === undefined ? value : undefined;
  };
  const expected = published.flatMap(({ metric, source, provenance, tolerance, values: table }) => {
    const found = table[keyOf(member)];
    if (found === undefined) return [];
    const [value, own] = typeof found === "number" ? [found, tolerance] : found;
    if (own === undefined)
      throw new UserError(`Cannot use recipe ${name}: expected a tolerance for ${value}, found none.`);
    return [{ metric, value, tolerance: own, source: `${source} (${provenances[provenance]})` }];
  });
  return { ...(filled(recipe, wordOf) as object), ...(expected.length === 0 ? {} : { expected }) };
}

function keyOf({ values }: FamilyMember): string {
  return Object.values(values).join("/");
}

/** All strings of a JSON value, filled in. */
function filled(value: unknown, wordOf: (word: string) => string | undefined): unknown {
  if (typeof value === "string") return fill(value, wordOf);
  if (Array.isArray(value)) return value.map((each) => filled(each, wordOf));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, wordOf)]));
}

/** `{word}` stands for what it means; braces around anything else stay. */
function fill(text: string, wordOf: (word: string) => string | undefined): string {
  return text.replaceAll(/\{([\w.-]+)\}/g, (whole, word: string) => wordOf(word) ?? whole);
}
