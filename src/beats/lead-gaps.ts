import { fillGaps } from "../signal/index.ts";

/** A lead's samples with gaps bridged by straight lines, and where the gaps were. */
export interface BridgedSamples {
  readonly samples: Float32Array;
  /** [sample], how many before it were missing; one more than there are samples. Absent where none is missing. */
  readonly missingBefore: Int32Array | undefined;
}

/** @throws UserError where every sample is missing. */
export function bridgeGaps(samples: Float32Array): BridgedSamples {
  if (!samples.some(Number.isNaN)) return { samples, missingBefore: undefined };
  const missingBefore = new Int32Array(samples.length + 1);
  for (let i = 0; i < samples.length; i++) {
    missingBefore[i + 1] = missingBefore[i]! + (Number.isNaN(samples[i]!) ? 1 : 0);
  }
  return { samples: fillGaps(samples), missingBefore };
}

/** Samples of a lead from `from` up to, not including, `to`; they need not be whole, nor within the lead. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Whether a sample of the stretch was missing. */
export function touchesGap({ missingBefore }: Pick<BridgedSamples, "missingBefore">, stretch: Stretch): boolean {
  if (missingBefore === undefined) return false;
  const { from, to } = within(stretch, missingBefore.length - 1);
  return missingBefore[to]! > missingBefore[from]!;
}

/** Whether all samples of the stretch are the same: nothing is seen there. */
export function isFlatWithin({ samples }: Pick<BridgedSamples, "samples">, stretch: Stretch): boolean {
  const { from, to } = within(stretch, samples.length);
  for (let i = from + 1; i < to; i++) if (samples[i] !== samples[from]) return false;
  return true;
}

function within({ from, to }: Stretch, length: number): Stretch {
  const first = Math.max(0, Math.min(length, Math.floor(from)));
  return { from: first, to: Math.max(first, Math.min(length, Math.ceil(to))) };
}
