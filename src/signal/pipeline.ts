import { z } from "zod";

import { UserError } from "../core/errors.ts";
import type { CompiledStep } from "./pipeline-step.ts";
import { pipelineSteps } from "./pipeline-steps.ts";

type SchemasOf<Steps extends readonly { readonly schema: z.ZodObject }[]> = {
  -readonly [Index in keyof Steps]: Steps[Index]["schema"];
};
const schemas = pipelineSteps.map((step) => step.schema) as unknown as SchemasOf<typeof pipelineSteps>;

/**
 * A list of steps as plain data, checked; what was left out gets its default. The same data stands in a recipe file and in
 * the model card.
 */
export const pipelineSchema = z.array(
  z.discriminatedUnion("step", schemas, {
    error: (issue) =>
      issue.code === "invalid_union"
        ? `expected a step named ${pipelineSteps.map((step) => step.name).join(", ")}, ` +
          `found ${describeStepName(issue.input)}`
        : undefined,
  }),
);

/** One step as it is written, such as `{ step: "resample", rate: 250 }`. */
export type PipelineStep = z.input<typeof pipelineSchema>[number];

export type PipelineRecipe = readonly PipelineStep[];

/** A recipe made ready for signals of one rate. Not to be shared between threads: some steps keep scratch space. */
export interface Pipeline {
  /**
   * Runs all steps; never changes its input, and may return it where there is no step.
   * @throws UserError where the signal is too short for a step, or holds NaN that no step before has filled.
   */
  readonly run: (samples: Float32Array) => Float32Array;
  /** Samples per second that come out, Hz; NaN after `resampleLength`, where they depend on the signal's length. */
  readonly sampleRate: number;
}

/**
 * Compiles a recipe for signals of `sampleRate` Hz.
 * @throws UserError, one sentence naming the step, where the recipe is wrong or does not fit the rate.
 */
export function compilePipeline(recipe: PipelineRecipe, { sampleRate }: { readonly sampleRate: number }): Pipeline {
  if (!(sampleRate > 0 && sampleRate < Infinity)) {
    throw new UserError(`Cannot compile a pipeline: expected a positive sample rate in Hz, found ${sampleRate}.`);
  }
  const compiled: CompiledStep[] = [];
  let rate = sampleRate;
  for (const options of parsePipeline(recipe)) {
    const kind = pipelineSteps.find((step) => step.name === options.step)!;
    const step = kind.compile(options, { sampleRate: rate });
    compiled.push(step);
    rate = step.sampleRate ?? rate;
  }
  return {
    run: (samples) => compiled.reduce((signal, step) => step.run(signal), samples),
    sampleRate: rate,
  };
}

/**
 * Checks a recipe of unknown origin.
 * @throws UserError, one sentence naming the step by its number, from 1.
 */
export function parsePipeline(value: unknown): z.output<typeof pipelineSchema> {
  const result = pipelineSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const [index, ...path] = issue.path;
  if (typeof index !== "number") {
    throw new UserError(`Cannot read a pipeline: expected a list of steps, found ${describe(value)}.`);
  }
  const step: unknown = Array.isArray(value) ? value[index] : undefined;
  // A union within a step's options is another matter than an unknown step.
  const unknownStep = issue.code === "invalid_union" && path.length <= 1;
  const known = !unknownStep && isObject(step) ? ` (${String(step["step"])})` : "";
  const place = path.length === 0 || unknownStep ? "" : `, ${path.join(".")}`;
  throw new UserError(`Cannot read step ${index + 1}${known}${place} of a pipeline: ${inOurWords(issue.message)}.`);
}

/** "Invalid input: expected number, received string" → "expected number, found string" */
function inOurWords(message: string): string {
  return message.replace(/^Invalid input: /, "").replace(", received ", ", found ");
}

function describeStepName(step: unknown): string {
  if (!isObject(step)) return describe(step);
  return step["step"] === undefined ? "no name" : JSON.stringify(step["step"]);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "an object" : (JSON.stringify(value) ?? "nothing");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
