import { z } from "zod";

import { changeValue } from "../core/change-value.ts";
import { UserError } from "../core/errors.ts";
import { metricList } from "../evaluate/index.ts";
import { unknownClassNames } from "./class-names.ts";
import { exampleSections } from "./examples/example-settings.ts";
import { trainingSchema } from "./training-settings.ts";

/** How the examples are parted. */
export const splitSchema = z.discriminatedUnion("kind", [
  /** See `stratifiedFolds`. */
  z.strictObject({
    kind: z.literal("stratified-folds"),
    folds: z.int().min(2).max(100),
    validation: z.number().positive().lt(1),
    seed: z.int(),
    together: z.enum(["record", "patient"]).optional(),
    groups: z.array(z.array(z.string()).min(2)).optional(),
  }),
  /** The dataset's own folds: see `officialFolds`. */
  z.strictObject({
    kind: z.literal("official-folds"),
    train: z.array(z.int()).min(1),
    validation: z.array(z.int()).min(1),
    test: z.array(z.int()).min(1),
  }),
  /** Inter-patient by lists of records: see `patientSplit`. */
  z.strictObject({
    kind: z.literal("patients"),
    name: z.string(),
    train: z.array(z.string()).min(1),
    test: z.array(z.string()).min(1),
    validation: z.number().positive().lt(1),
    seed: z.int(),
    /** Test results that are also reported without some records, with the reason. */
    subsets: z.array(z.strictObject({ without: z.array(z.string()).min(1), reason: z.string() })).default([]),
  }),
]);

export type SplitSettings = z.output<typeof splitSchema>;

const metricNames = metricList.map(({ name }) => name);
const metricName = z.string().refine((name) => metricNames.includes(name), {
  error: ({ input }) => `expected one of ${metricNames.join(", ")}, found "${String(input)}"`,
});

const recipeFields = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string(),
  description: z.string(),
  dataset: z.strictObject({
    name: z.string(),
    /** Records to leave out. */
    without: z.array(z.string()).default([]),
    /** What a generated dataset is asked for: patients, seconds, … */
    options: z.record(z.string(), z.unknown()).default({}),
  }),
  /** What an example is: exactly one of `beats`, `recordings` and `segments`. */
  ...exampleSections,
  split: splitSchema,
  model: z.strictObject({ name: z.string(), settings: z.record(z.string(), z.unknown()).default({}) }),
  /**
   * Weights to start from: those of a model file, relative to the recipe's, but for the parameters named (`*` for any characters), such as a
   * head for other classes.
   */
  start: z.strictObject({ model: z.string(), except: z.array(z.string()).default([]) }).optional(),
  training: trainingSchema,
  /** How the models are written: matrices and kernels as float16 halve the file; the card says what it changed. */
  export: z.strictObject({ weights: z.enum(["float32", "float16"]) }).optional(),
  /** Starting weights, order of the rows, masks. */
  seed: z.int(),
  /** Measures beside the usual ones, by name. */
  metrics: z.array(metricName).optional(),
  /** How uncertainty is told; 1000 resamples and 95 % for single classes, 100 and 90 % for several, where absent. */
  intervals: z
    .strictObject({ resamples: z.int().positive().optional(), level: z.number().gt(0).lt(1).optional() })
    .optional(),
  /** Values that the mean over folds is compared with. */
  expected: z
    .array(z.strictObject({ metric: z.string(), value: z.number(), tolerance: z.number(), source: z.string() }))
    .default([]),
});

/** One published number as data: everything that has to be fixed for it to come out again. */
export const recipeSchema = recipeFields.superRefine((recipe, context) => {
  const wrong = (path: readonly string[], message: string) =>
    context.addIssue({ code: "custom", path: [...path], message });
  const sections = Object.keys(exampleSections) as (keyof typeof exampleSections)[];
  const present = sections.filter((section) => recipe[section] !== undefined);
  if (present.length !== 1) {
    wrong([], `expected exactly one of the sections ${sections.join(", ")}, found ${present.join(" and ") || "none"}`);
  }
  const { batch, replicas, accumulation } = recipe.training;
  if (batch % (replicas * accumulation) !== 0) {
    const parts = accumulation === 1 ? "" : ` times training.accumulation (${accumulation})`;
    wrong(["training", "batch"], `expected a multiple of training.replicas (${replicas})${parts}, found ${batch}`);
  }
  // The classes of recordings are known once the dataset's labels are.
  const classes = recipe.beats?.classes;
  if (classes === undefined) return;
  if (new Set(classes).size < classes.length) {
    wrong(["beats", "classes"], `expected different classes, found ${classes.join(", ")}`);
  }
  for (const { path, message } of unknownClassNames(recipe.training, classes)) wrong(path, message);
});

export type Recipe = z.output<typeof recipeSchema>;

/**
 * A recipe from its JSON, after changes of the form `training.epochs=3`.
 * @throws UserError that says in one sentence what is wrong, and where.
 */
export function parseRecipe(
  text: string,
  { file, changes = [] }: { readonly file: string; readonly changes?: readonly string[] },
): Recipe {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`Cannot read recipe ${file}: expected JSON, found: ${(error as Error).message}`);
  }
  for (const change of changes) value = changeValue(value, change, { what: "the recipe" });
  const parsed = recipeSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the recipe"}: ${issue.message}`);
    const changed = changes.length === 0 ? "" : ` (changed by ${changes.join(", ")})`;
    throw new UserError(`Cannot use recipe ${file}: ${problems.join("; ")}${changed}`);
  }
  return parsed.data;
}
