import { UserError } from "../core/errors.ts";

/**
 * The rule for invalid samples: gaps are NaN in a recording, and a filter would smear a single one over everything that
 * follows. So every filter refuses them, and {@link fillGaps} is the step that bridges them.
 * @param verb What was to be done, for the sentence: "filter", "resample", …
 * @throws UserError where `samples` is empty or holds NaN or ±Infinity.
 */
export function checkSamples(samples: ArrayLike<number>, verb: string): void {
  if (samples.length === 0) throw new UserError(`Cannot ${verb} a signal: expected at least 1 sample, found none.`);
  // The sum is finite exactly if all samples are, but for overflow; so the slow search runs only where it is needed.
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i]!;
  if (Number.isFinite(sum)) return;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (!Number.isFinite(value)) {
      throw new UserError(
        `Cannot ${verb} a signal: expected finite samples, found ${value} at sample ${i} ` +
          "(gaps are NaN; the step fillGaps bridges them).",
      );
    }
  }
}
