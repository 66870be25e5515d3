import { z } from "zod";

import { UserError } from "../../core/errors.ts";

const rangeSchema = z
  .strictObject({
    from: z.number(),
    to: z.number(),
    scale: z.enum(["linear", "log"]).default("linear"),
    /** Values on a grid, both ends among them. */
    steps: z.int().min(2).optional(),
    /** Only whole numbers. */
    whole: z.boolean().default(false),
  })
  .refine(({ from, to }) => from < to, { error: "expected from below to" })
  .refine(({ from, scale }) => scale === "linear" || from > 0, { error: "expected from above 0 on a log scale" });

const entrySchema = z.union([z.array(z.json()).min(1), rangeSchema], {
  error: ({ input }) =>
    `expected a list of values or a range { "from", "to", "scale", "steps", "whole" } with from below to (and above 0 on a log scale), found ${JSON.stringify(input)}`,
});

/** What a search tries: for places of a recipe, as in `training.learningRate`, a list of values or a range of numbers. */
export const searchSpaceSchema = z.record(z.string(), entrySchema).refine((space) => Object.keys(space).length > 0, {
  error: "expected at least one key of the recipe, found none",
});

export type SearchSpace = z.output<typeof searchSpaceSchema>;
type Range = z.output<typeof rangeSchema>;

/** What a search leaves alone, and why: with another of these, trials are measured on other examples or by another measure. */
const fixed: readonly { readonly path: RegExp; readonly why: string }[] = [
  {
    path: /^(name|title|description|expected|metrics|intervals|export)(\.|$)/,
    why: "it changes nothing that is learnt",
  },
  { path: /^(dataset|split)(\.|$)/, why: "trials on other examples can't be compared" },
  {
    path: /^(beats|recordings|segments)\.(classes|classMap|task)(\.|$)/,
    why: "trials with other classes can't be compared",
  },
  {
    path: /^segments\.(strideSeconds|share|countFrom|preprocessing\.windowSeconds)$/,
    why: "trials on other segments can't be compared",
  },
  { path: /^calibration(\.|$)/, why: "it changes nothing that trials are compared by" },
  { path: /^training\.monitor$/, why: "all trials are compared by it" },
  { path: /^(training\.stages(\..*)?|training)$/, why: "a search names single values" },
  { path: /^seed$/, why: "a seed that did well is luck; run several with --seeds" },
];

/**
 * A search space from its JSON.
 * @throws UserError that says in one sentence what is wrong, and where.
 */
export function parseSearchSpace(value: unknown, { file }: { readonly file: string }): SearchSpace {
  const parsed = searchSpaceSchema.safeParse(value);
  const problems = parsed.success
    ? Object.keys(parsed.data).flatMap((key) => {
        const found = fixed.find(({ path }) => path.test(key));
        return found === undefined ? [] : [`${key}: expected another place of the recipe; ${found.why}`];
      })
    : parsed.error.issues.map(({ path, message }) => `${path.length === 0 ? "" : `${path.join(".")}: `}${message}`);
  if (problems.length > 0) throw new UserError(`Cannot use the search space ${file}: ${problems.join("; ")}.`);
  return searchSpaceSchema.parse(value);
}

/** The values on the grid of one entry; `undefined` where a range has no steps. */
export function gridValues(entry: SearchSpace[string]): readonly unknown[] | undefined {
  if (Array.isArray(entry)) return entry;
  const { steps } = entry;
  if (steps === undefined) return undefined;
  const values = Array.from({ length: steps }, (_, step) => valueAt(entry, step / (steps - 1)));
  return [...new Set(values)];
}

/** The value at a share of the way through a range, to four digits. */
export function valueAt({ from, to, scale, whole }: Range, share: number): number {
  const value = scale === "log" ? from * (to / from) ** share : from + (to - from) * share;
  return whole ? Math.round(value) : Number(value.toPrecision(4));
}
