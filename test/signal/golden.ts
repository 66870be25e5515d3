import { readFileSync } from "node:fs";

import { expect } from "vitest";

/** The cases of a golden file of test/golden/signal/. */
export function goldenCases<Case>(name: string): readonly Case[] {
  const file = new URL(`../golden/signal/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] }).cases;
}

/** Equal lengths, and no value further off than `tolerance` times the largest expected magnitude (or 0.1). */
export function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  { tolerance, label = "" }: { tolerance: number; label?: string },
): void {
  expect(found.length, `${label}: length`).toBe(expected.length);
  let scale = 0.1; // below this, the tolerance is an absolute one
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]!));
  expect(
    greatestDifference(found, expected),
    `${label}: greatest difference, of values up to ${scale}`,
  ).toBeLessThanOrEqual(tolerance * scale);
}

/** max |a − b|; NaN where either has one. */
export function greatestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let greatest = 0;
  for (let i = 0; i < a.length; i++) greatest = Math.max(greatest, Math.abs(a[i]! - b[i]!));
  return greatest;
}

/** Output that went through float32 once. */
export const singlePrecision = 1e-7;
/** Double precision throughout, on wavelet filters of which PyWavelets has 11 digits. */
export const doublePrecision = 1e-10;
