import { UserError } from "../core/errors.ts";
import { checkSamples } from "./check-samples.ts";

/**
 * The median of the `width` samples around each one, as `scipy.ndimage.median_filter` with its default ends: the signal
 * goes on beyond them mirrored (… b a | a b c d | d c …). Takes O(log width) per sample.
 * @throws UserError where `width` is not an odd whole number, for no samples, or for samples that are not finite.
 */
export function medianFilter(samples: ArrayLike<number>, width: number): Float32Array {
  if (!Number.isInteger(width) || width < 1 || width % 2 === 0) {
    throw new UserError(`Cannot filter by the median: expected an odd number of samples, found ${width}.`);
  }
  checkSamples(samples, "filter");
  const length = samples.length;
  const half = (width - 1) / 2;
  const extended = new Float64Array(length + 2 * half);
  for (let i = 0; i < extended.length; i++) {
    const folded = (((i - half) % (2 * length)) + 2 * length) % (2 * length);
    extended[i] = samples[folded < length ? folded : 2 * length - 1 - folded]!;
  }
  const window = createMedianWindow(extended.subarray(0, width));
  const output = new Float32Array(length);
  output[0] = window.median();
  for (let i = 1, slot = 0; i < length; i++, slot = slot + 1 === width ? 0 : slot + 1) {
    window.replace(slot, extended[i + width - 1]!);
    output[i] = window.median();
  }
  return output;
}

/**
 * A window whose values can be replaced one by one. Place 0 of a two-sided heap holds the median; places 1 … half are a
 * heap of what is larger, with the smallest at 1; places −1 … −half mirror it for what is smaller. The parent of place p
 * is p / 2, rounded towards 0. Places are stored shifted by `half`.
 */
function createMedianWindow(initial: Float64Array) {
  const half = (initial.length - 1) / 2;
  const values = initial.slice(); // [slot]
  // A sorted list is a valid heap already.
  const slots = Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!); // [place + half]
  const places = new Int32Array(values.length); // [slot]
  slots.forEach((slot, i) => {
    places[slot] = i - half;
  });

  const at = (place: number) => values[slots[place + half]!]!;
  const swap = (a: number, b: number) => {
    const slotA = slots[a + half]!;
    const slotB = slots[b + half]!;
    slots[a + half] = slotB;
    slots[b + half] = slotA;
    places[slotB] = a;
    places[slotA] = b;
  };
  /** Moves a value towards the median as far as it must go; returns its place. */
  const rise = (from: number, side: 1 | -1) => {
    let place = from;
    while (place !== 0) {
      const parent = (place / 2) | 0;
      if ((at(place) - at(parent)) * side >= 0) break;
      swap(place, parent);
      place = parent;
    }
    return place;
  };
  /** Moves a value away from the median on one side as far as it must go. */
  const sink = (from: number, side: 1 | -1) => {
    let place = from;
    for (;;) {
      let child = place === 0 ? side : 2 * place;
      if (child * side > half) return;
      const sibling = child + side;
      if (place !== 0 && sibling * side <= half && (at(sibling) - at(child)) * side < 0) child = sibling;
      if ((at(child) - at(place)) * side >= 0) return;
      swap(child, place);
      place = child;
    }
  };

  return {
    median: () => at(0),
    replace: (slot: number, value: number) => {
      values[slot] = value;
      const place = places[slot]!;
      if (place === 0) {
        sink(0, 1);
        if (places[slot] === 0) sink(0, -1);
        return;
      }
      const side = place > 0 ? 1 : -1;
      const risen = rise(place, side);
      if (risen === 0) sink(0, side === 1 ? -1 : 1);
      else if (risen === place) sink(place, side);
    },
  };
}
