import { z } from "zod";

import { changeValue } from "../../core/change-value.ts";
import { UserError } from "../../core/errors.ts";
import { metricList } from "../../evaluate/index.ts";
import { type SequenceRecipe, sequenceRecipeSchema } from "../beat-sequence/sequence-recipe.ts";
import { unknownClassNames } from "../fit/class-names.ts";
import { exampleSections } from "../examples/example-settings.ts";
import { trainingSchema } from "../fit/training-settings.ts";
import { refuseRepeatedRecords } from "./record-lists.ts";

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
  z
    .strictObject({
      kind: z.literal("patients"),
      name: z.string(),
      train: z.array(z.string()).min(1),
      test: z.array(z.string()).min(1),
      validation: z.number().positive().lt(1),
      seed: z.int(),
      /** Test results that are also reported without some records, with the reason. */
      subsets: z.array(z.strictObject({ without: z.array(z.string()).min(1), reason: z.string() })).default([]),
    })
    .superRefine(refuseRepeatedRecords),
]);

export type SplitSettings = z.output<typeof splitSchema>;

type SectionsOfRecipe = z.output<z.ZodObject<typeof exampleSections>>;

const metricNames = metricList.map(({ name }) => name);
const metricName = z.string().refine((name) => metricNames.includes(name), {
  error: ({ input }) => `expected one of ${metricNames.join(", ")}, found "${String(input)}"`,
});

/** What every recipe says first, … */
const firstFields = {
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
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
};

/** … and last. The order is that of a run's recipe.json, by which a run is known again. */
const lastFields = {
  /** Starting weights, order of the rows, masks. */
  seed: z.int(),
  /** Measures beside the usual ones, by name. */
  metrics: z.array(metricName).optional(),
  /** How uncertainty is told; 1000 resamples and 95 % for single classes, 100 and 90 % for several, where absent. */
  intervals: z
    .strictObject({ resamples: z.int().positive().max(1_000_000).optional(), level: z.number().gt(0).lt(1).optional() })
    .optional(),
  /** Values that the mean over folds is compared with. */
  expected: z
    .array(z.strictObject({ metric: z.string(), value: z.number(), tolerance: z.number(), source: z.string() }))
    .default([]),
};

/**
 * Weights to start from: those of a model file, relative to the recipe's, or of the finished run of another recipe, whose folder lies beside
 * this run's; but for the parameters named (`*` for any characters), such as a head for other classes.
 */
const startSchema = z
  .strictObject({
    model: z.string().optional(),
    run: z.string().optional(),
    except: z.array(z.string()).default([]),
  })
  .refine(({ model, run }) => (model === undefined) !== (run === undefined), {
    error: "expected either a model or a run",
  });

const recipeFields = z.strictObject({
  ...firstFields,
  model: z.strictObject({ name: z.string(), settings: z.record(z.string(), z.unknown()).default({}) }),
  start: startSchema.optional(),
  training: trainingSchema,
  /** Makes probabilities say how often they come true, by temperatures that are fitted on the validation part; absent: as they are. */
  calibration: z.literal("temperature").optional(),
  /** How the models are written: matrices and kernels as float16 halve the file; the card says what it changed. */
  export: z.strictObject({ weights: z.enum(["float32", "float16"]) }).optional(),
  ...lastFields,
});

/** What is wrong with the sections for examples: there is exactly one, and its classes differ. */
function checkSections(recipe: SectionsOfRecipe, wrong: (path: readonly string[], message: string) => void): void {
  const sections = Object.keys(exampleSections) as (keyof typeof exampleSections)[];
  const present = sections.filter((section) => recipe[section] !== undefined);
  if (present.length !== 1) {
    wrong([], `expected exactly one of the sections ${sections.join(", ")}, found ${present.join(" and ") || "none"}`);
  }
  const classes = recipe.beats?.classes ?? [];
  if (new Set(classes).size < classes.length) {
    wrong(["beats", "classes"], `expected different classes, found ${classes.join(", ")}`);
  }
}

/** One published number as data: everything that has to be fixed for it to come out again. */
export const recipeSchema = recipeFields.superRefine((recipe, context) => {
  const wrong = (path: readonly string[], message: string) =>
    context.addIssue({ code: "custom", path: [...path], message });
  checkSections(recipe, wrong);
  const { batch, replicas, accumulation } = recipe.training;
  if (batch % (replicas * accumulation) !== 0) {
    const parts = accumulation === 1 ? "" : ` times training.accumulation (${accumulation})`;
    wrong(["training", "batch"], `expected a multiple of training.replicas (${replicas})${parts}, found ${batch}`);
  }
  // The classes of recordings are known once the dataset's labels are.
  const classes = recipe.beats?.classes;
  if (classes === undefined) return;
  for (const { path, message } of unknownClassNames(recipe.training, classes)) wrong(path, message);
});

/** A number to hold trained nets against: scores that come without a training. */
export const scoresRecipeSchema = z
  .strictObject({
    ...firstFields,
    /** Where the scores come from. */
    scores: z.discriminatedUnion("kind", [
      /** The share of the training examples that have each class, the same for every example. */
      z.strictObject({ kind: z.literal("naive") }),
      /** The mean of the saved predictions of other recipes' runs, by name; their folders lie beside this run's. */
      z.strictObject({ kind: z.literal("ensemble"), runs: z.array(z.string()).min(2) }),
    ]),
    ...lastFields,
  })
  .superRefine((recipe, context) =>
    checkSections(recipe, (path, message) => context.addIssue({ code: "custom", path: [...path], message })),
  );

export type Recipe = z.output<typeof recipeSchema>;
export type ScoresRecipe = z.output<typeof scoresRecipeSchema>;
/** Recipes of examples that are read, parted and scored one by one. */
export type ExampleRecipe = Recipe | ScoresRecipe;
export type AnyRecipe = ExampleRecipe | SequenceRecipe;

export function isScoresRecipe(recipe: AnyRecipe): recipe is ScoresRecipe {
  return "scores" in recipe;
}

export function isSequenceRecipe(recipe: AnyRecipe): recipe is SequenceRecipe {
  return "sequence" in recipe;
}

/** The recipes whose finished runs a recipe needs beside its own. */
export function recipesNeeded(recipe: AnyRecipe): readonly string[] {
  if (isSequenceRecipe(recipe)) return [];
  if (isScoresRecipe(recipe)) return recipe.scores.kind === "ensemble" ? recipe.scores.runs : [];
  return recipe.start?.run === undefined ? [] : [recipe.start.run];
}

interface ParseOptions {
  readonly file: string;
  /** Of the form `training.epochs=3`. */
  readonly changes?: readonly string[];
}

/**
 * A recipe with a training from its JSON.
 * @throws UserError that says in one sentence what is wrong, and where.
 */
export function parseRecipe(text: string, options: ParseOptions): Recipe {
  return requireTraining(parseAnyRecipe(text, options), options.file);
}

/** A recipe of any kind from its JSON. @throws as {@link parseRecipe}. */
export function parseAnyRecipe(text: string, options: ParseOptions): AnyRecipe {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`Cannot read recipe ${options.file}: expected JSON, found: ${(error as Error).message}`);
  }
  return checkRecipe(value, options);
}

/** A recipe of any kind from a JSON value. @throws as {@link parseRecipe}. */
export function checkRecipe(value: unknown, { file, changes = [] }: ParseOptions): AnyRecipe {
  for (const change of changes) value = changeValue(value, change, { what: "the recipe" });
  const parsed = schemaFor(value).safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the recipe"}: ${issue.message}`);
    const changed = changes.length === 0 ? "" : ` (changed by ${changes.join(", ")})`;
    throw new UserError(`Cannot use recipe ${file}: ${problems.join("; ")}${changed}`);
  }
  return parsed.data;
}

/** The section that only recipes of a kind have tells the kind. */
function schemaFor(value: unknown) {
  const has = (section: string) => typeof value === "object" && value !== null && section in value;
  if (has("scores")) return scoresRecipeSchema;
  return has("sequence") ? sequenceRecipeSchema : recipeSchema;
}

/** @throws UserError where the recipe has none, or nets over beat sequences, which are trained in their own way. */
export function requireTraining(recipe: AnyRecipe, file: string): Recipe {
  const fail = (found: string) => new UserError(`Cannot train by recipe ${file}: expected a training, found ${found}.`);
  if (isScoresRecipe(recipe)) throw fail(`scores without one (${recipe.scores.kind})`);
  if (isSequenceRecipe(recipe)) throw fail("one of nets over beat sequences, which einthoven run alone can do");
  return recipe;
}
