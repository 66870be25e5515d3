import { z } from "zod";

import { beatPreprocessingSchema } from "../beats/index.ts";
import { changeValue } from "../core/change-value.ts";
import { UserError } from "../core/errors.ts";
import { trainingSchema } from "./training-settings.ts";

/** How the beats are parted. */
export const splitSchema = z.discriminatedUnion("kind", [
  /** Intra-patient: see `stratifiedFolds`. */
  z.strictObject({
    kind: z.literal("stratified-folds"),
    folds: z.int().min(2).max(100),
    validation: z.number().positive().lt(1),
    seed: z.int(),
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
  beats: z.strictObject({
    classMap: z.enum(["aami-ec57", "literature"]),
    classes: z.array(z.enum(["N", "S", "V", "F", "Q"])).min(2),
    preprocessing: beatPreprocessingSchema,
  }),
  split: splitSchema,
  model: z.strictObject({ name: z.string(), settings: z.record(z.string(), z.unknown()).default({}) }),
  training: trainingSchema,
  /** How the models are written: matrices and kernels as float16 halve the file; the card says what it changed. */
  export: z.strictObject({ weights: z.enum(["float32", "float16"]) }).optional(),
  /** Starting weights, order of the rows, masks. */
  seed: z.int(),
  /** Values that the mean over folds is compared with. */
  expected: z
    .array(z.strictObject({ metric: z.string(), value: z.number(), tolerance: z.number(), source: z.string() }))
    .default([]),
});

/** One published number as data: everything that has to be fixed for it to come out again. */
export const recipeSchema = recipeFields.superRefine(({ beats: { classes }, training }, context) => {
  const wrong = (path: readonly string[], message: string) =>
    context.addIssue({ code: "custom", path: [...path], message });
  if (new Set(classes).size < classes.length) {
    wrong(["beats", "classes"], `expected different classes, found ${classes.join(", ")}`);
  }
  const { batch, replicas, accumulation, classWeights, loss } = training;
  if (batch % (replicas * accumulation) !== 0) {
    const parts = accumulation === 1 ? "" : ` times training.accumulation (${accumulation})`;
    wrong(["training", "batch"], `expected a multiple of training.replicas (${replicas})${parts}, found ${batch}`);
  }
  const checkNames = (weights: unknown, path: readonly string[]) => {
    if (typeof weights !== "object" || weights === null) return;
    const unknown = Object.keys(weights).filter((name) => !(classes as readonly string[]).includes(name));
    if (unknown.length > 0) wrong(path, `expected classes of ${classes.join(", ")}, found ${unknown.join(", ")}`);
  };
  checkNames(classWeights, ["training", "classWeights"]);
  if ("positiveWeights" in loss) checkNames(loss.positiveWeights, ["training", "loss", "positiveWeights"]);
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
