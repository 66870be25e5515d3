import { UserError } from "../core/errors.ts";
import { checkSamples } from "./check-samples.ts";

/** A second-order section: H(z) = (b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²). */
export type Section = readonly [b0: number, b1: number, b2: number, a0: 1, a1: number, a2: number];

/** Sections in the order in which they are applied, as SciPy's `sos` array. */
export type Sections = readonly Section[];

/** [section · 2]: the two delays of each section in transposed direct form II; what a stream carries on. */
export type FilterState = Float64Array;

/**
 * Filters forward only, as `scipy.signal.sosfilt`. Without a `state` it starts from rest. Returns the output and the state
 * behind the last sample, with which the next block goes on.
 * @throws UserError for no samples, samples that are not finite, or a state that does not fit the sections.
 */
export function sosfilt(
  samples: ArrayLike<number>,
  { sections, state }: { readonly sections: Sections; readonly state?: FilterState },
): { output: Float32Array; state: FilterState } {
  if (state !== undefined && state.length !== 2 * sections.length) {
    throw new UserError(
      `Cannot filter a signal: expected a state of ${2 * sections.length} values for ${sections.length} sections, ` +
        `found ${state.length}.`,
    );
  }
  checkSamples(samples, "filter");
  const work = new Float64Array(samples);
  const carried = state === undefined ? new Float64Array(2 * sections.length) : state.slice();
  filterInPlace(work, { sections, state: carried });
  return { output: new Float32Array(work), state: carried };
}

/**
 * The state in which a filter answers to a constant 1 without a transient, as `scipy.signal.sosfilt_zi`; times the first
 * sample it is the state to start from.
 */
export function steadyState(sections: Sections): FilterState {
  const state = new Float64Array(2 * sections.length);
  let level = 1; // of the constant that reaches the section
  sections.forEach(([b0, b1, b2, , a1, a2], i) => {
    const answer = (level * (b0 + b1 + b2)) / (1 + a1 + a2);
    state[2 * i + 1] = level * b2 - a2 * answer;
    state[2 * i] = level * b1 - a1 * answer + state[2 * i + 1]!;
    level = answer;
  });
  return state;
}

/**
 * Filters forward and then backward, so that nothing is shifted in time, as `scipy.signal.sosfiltfilt` with its defaults: the
 * signal goes on beyond both ends by its odd reflection.
 * @throws UserError for a signal that is no longer than that extension, or for samples that are not finite.
 */
export function sosfiltfilt(samples: ArrayLike<number>, { sections }: { readonly sections: Sections }): Float32Array {
  checkSamples(samples, "filter");
  const length = samples.length;
  const padding = paddingLength(sections);
  if (length <= padding) {
    throw new UserError(
      `Cannot filter a signal forward and backward: expected more than ${padding} samples for this filter, ` +
        `found ${length}.`,
    );
  }
  const work = new Float64Array(length + 2 * padding);
  work.set(samples, padding);
  const first = 2 * samples[0]!;
  const last = 2 * samples[length - 1]!;
  for (let i = 1; i <= padding; i++) {
    work[padding - i] = first - samples[i]!;
    work[padding + length - 1 + i] = last - samples[length - 1 - i]!;
  }
  const initial = steadyState(sections);
  for (let direction = 0; direction < 2; direction++) {
    const start = work[0]!;
    filterInPlace(work, { sections, state: initial.map((value) => value * start) });
    work.reverse();
  }
  return new Float32Array(work.subarray(padding, padding + length));
}

/** Samples that {@link sosfiltfilt} adds at each end. */
function paddingLength(sections: Sections): number {
  const withoutZero = sections.filter((section) => section[2] === 0).length;
  const withoutPole = sections.filter((section) => section[5] === 0).length;
  return 3 * (2 * sections.length + 1 - Math.min(withoutZero, withoutPole));
}

function filterInPlace(work: Float64Array, { sections, state }: { sections: Sections; state: Float64Array }): void {
  sections.forEach(([b0, b1, b2, , a1, a2], i) => {
    let d1 = state[2 * i]!;
    let d2 = state[2 * i + 1]!;
    for (let n = 0; n < work.length; n++) {
      const x = work[n]!;
      const y = b0 * x + d1;
      d1 = b1 * x - a1 * y + d2;
      d2 = b2 * x - a2 * y;
      work[n] = y;
    }
    state[2 * i] = d1;
    state[2 * i + 1] = d2;
  });
}
