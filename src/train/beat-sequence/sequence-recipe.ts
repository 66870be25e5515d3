import { z } from "zod";

import { sequencePreprocessingSchema } from "../../beats/index.ts";
import { changeValue } from "../../core/change-value.ts";
import { UserError } from "../../core/errors.ts";
import { sequenceTrainingSchema } from "./sequence-settings.ts";

const records = z.array(z.string()).min(1);

/** A beat-sequence model as data: everything that has to be fixed for its numbers to come out again. */
export const sequenceRecipeSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string(),
  description: z.string(),
  dataset: z.strictObject({ name: z.string() }),
  beats: z.strictObject({
    classMap: z.enum(["aami-ec57", "literature"]),
    classes: z.array(z.enum(["N", "S", "V", "F", "Q"])).min(2),
    preprocessing: sequencePreprocessingSchema,
  }),
  split: z.strictObject({
    kind: z.literal("patients"),
    name: z.string(),
    train: records,
    test: records,
    /** Test results that are also reported without some records, with the reason. */
    subsets: z.array(z.strictObject({ without: records, reason: z.string() })).default([]),
    /** How choices were made on the training records: patients left out in turn, those rich in the first class spread. */
    crossValidation: z.strictObject({ folds: z.int().min(2), spread: z.array(z.string()).min(1) }),
  }),
  model: z.strictObject({
    name: z.literal("beat-sequence"),
    settings: z.record(z.string(), z.unknown()).default({}),
  }),
  sequence: sequenceTrainingSchema,
  /** Each is a training and a test of its own; all are reported. */
  seeds: z.array(z.int()).min(1),
  /** What was learnt from test data, in sentences; stands in every card and report. */
  disclosures: z.array(z.string()).default([]),
});

export type SequenceRecipe = z.output<typeof sequenceRecipeSchema>;

/**
 * A beat-sequence recipe from its JSON, after changes of the form `sequence.members=1`; `undefined` where it has no section
 * `sequence`, so that it is a recipe of another kind.
 * @throws UserError that says in one sentence what is wrong, and where.
 */
export function parseSequenceRecipe(
  text: string,
  { file, changes = [] }: { readonly file: string; readonly changes?: readonly string[] },
): SequenceRecipe | undefined {
  let value = parseJson(text);
  if (typeof value !== "object" || value === null || !("sequence" in value)) return undefined;
  for (const change of changes) value = changeValue(value, change, { what: "the recipe" });
  const parsed = sequenceRecipeSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the recipe"}: ${issue.message}`);
  throw new UserError(`Cannot use recipe ${file}: ${problems.join("; ")}`);
}

/** What is no JSON is no recipe of this kind; the other kinds' reader says so. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
