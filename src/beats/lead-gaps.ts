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

/** Whether a sample of the stretch [from, to), in samples that need not be whole, was missing. */
export function touchesGap(
  { missingBefore }: Pick<BridgedSamples, "missingBefore">,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  if (missingBefore === undefined) return false;
  const last = missingBefore.length - 1;
  const first = Math.max(0, Math.min(last, Math.floor(from)));
  const end = Math.max(first, Math.min(last, Math.ceil(to)));
  return missingBefore[end]! > missingBefore[first]!;
}
