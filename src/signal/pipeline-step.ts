import { z } from "zod";

import { UserError } from "../core/errors.ts";

/** What a step knows about the signal that reaches it. */
export interface StepContext {
  /** Samples per second before the step, Hz; NaN after `resampleLength`, where it depends on the signal's length. */
  readonly sampleRate: number;
}

/** A step made ready to run. */
export interface CompiledStep {
  /** Never changes its input; may return it. */
  readonly run: (samples: Float32Array) => Float32Array;
  /** Samples per second after the step; the same as before where absent. */
  readonly sampleRate?: number;
}

/**
 * Declares one kind of step: its name, the shape of its options, and how it is compiled. `compile` throws a UserError where
 * the options do not fit the signal, such as a cut-off above Nyquist.
 */
export function defineStep<const Name extends string, Shape extends z.ZodRawShape>(
  name: Name,
  shape: Shape,
  compile: (options: z.output<z.ZodObject<Shape>>, context: StepContext) => CompiledStep,
) {
  return {
    name,
    schema: z.strictObject({ step: z.literal(name), ...shape }),
    /** @param options An output of `schema`. */
    compile: compile as (options: object, context: StepContext) => CompiledStep,
  };
}

/** The rate, where a step cannot do without one. @throws UserError after `resampleLength`. */
export function knownRate(step: string, { sampleRate }: StepContext): number {
  if (Number.isNaN(sampleRate)) {
    throw new UserError(
      `Cannot compile step ${step}: expected a known sample rate, found none after resampleLength ` +
        "(put it before, or use the step resample).",
    );
  }
  return sampleRate;
}
