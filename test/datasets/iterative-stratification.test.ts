import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { iterativeStratification, type StratifiedItem } from "../../src/datasets/index.ts";

interface Golden {
  readonly labels: number;
  readonly folds: number;
  readonly masks: readonly number[];
  readonly reference: {
    readonly labelDistribution: readonly number[];
    readonly exampleDistribution: readonly number[];
  };
}

/** By tools/golden/iterative_stratification.py. */
const golden = JSON.parse(
  readFileSync(new URL("../golden/splits/iterative-stratification.json", import.meta.url), "utf8"),
) as Golden;
const names = Array.from({ length: golden.labels }, (_, i) => `label ${i}`);
const items = golden.masks.map((mask, i): StratifiedItem => ({
  group: String(i),
  labels: names.filter((_, label) => (mask >> label) & 1),
}));

/** The two measures of Sechidis et al. 2011; 0 is even. */
function measures(foldOf: Uint8Array, folds: number) {
  const odds = (own: readonly StratifiedItem[], label: string) => {
    const count = own.filter(({ labels }) => labels.includes(label)).length;
    return count / (own.length - count);
  };
  let labelDistribution = 0;
  let exampleDistribution = 0;
  for (let fold = 1; fold <= folds; fold++) {
    const own = items.filter((_, i) => foldOf[i] === fold);
    for (const name of names) labelDistribution += Math.abs(odds(own, name) - odds(items, name));
    exampleDistribution += Math.abs(own.length - items.length / folds);
  }
  return {
    labelDistribution: labelDistribution / folds / names.length,
    exampleDistribution: exampleDistribution / folds,
  };
}

describe("iterativeStratification", () => {
  it("is as even as the reference implementation", () => {
    const found = [1, 2, 3].map((seed) =>
      measures(iterativeStratification(items, { folds: golden.folds, seed }), golden.folds),
    );
    const { labelDistribution, exampleDistribution } = golden.reference;
    for (const one of found) {
      expect(one.labelDistribution).toBeLessThan(1.2 * Math.max(...labelDistribution));
      expect(one.exampleDistribution).toBeLessThan(Math.max(1, 1.5 * Math.max(...exampleDistribution)));
    }
  });

  it("gives the same folds for the same seed, others for another", () => {
    const folds = (seed: number) => iterativeStratification(items, { folds: 10, seed });
    expect(folds(1)).toEqual(folds(1));
    expect(folds(2)).not.toEqual(folds(1));
  });

  it("never parts a group, and still keeps sizes and shares", () => {
    const random = createRandom("groups");
    const grouped = items.map((item): StratifiedItem => ({ ...item, group: `person ${random.integer(500)}` }));
    const foldOf = iterativeStratification(grouped, { folds: 5, seed: 1 });
    const foldOfGroup = new Map<string, number>();
    grouped.forEach(({ group }, i) => {
      expect(foldOfGroup.get(group) ?? foldOf[i], group).toBe(foldOf[i]);
      foldOfGroup.set(group, foldOf[i]!);
    });
    for (let fold = 1; fold <= 5; fold++) {
      const own = grouped.filter((_, i) => foldOf[i] === fold);
      expect(Math.abs(own.length - 300)).toBeLessThanOrEqual(15);
      for (const name of names) {
        const count = (all: readonly StratifiedItem[]) => all.filter(({ labels }) => labels.includes(name)).length;
        expect(Math.abs(count(own) - count(grouped) / 5), name).toBeLessThanOrEqual(Math.max(2, 0.05 * count(grouped)));
      }
    }
  });

  it("deals a rare label to as many folds as it can, and items without labels evenly", () => {
    const few = Array.from({ length: 100 }, (_, i): StratifiedItem => ({
      group: String(i),
      labels: i < 10 ? ["rare"] : i < 40 ? ["common"] : [],
    }));
    const foldOf = iterativeStratification(few, { folds: 10, seed: 4 });
    expect(new Set(foldOf.subarray(0, 10)).size).toBe(10);
    for (let fold = 1; fold <= 10; fold++) {
      expect(foldOf.filter((value) => value === fold)).toHaveLength(10);
      expect(foldOf.subarray(10, 40).filter((value) => value === fold)).toHaveLength(3);
    }
  });

  it("refuses fewer groups than folds", () => {
    const same = items.slice(0, 20).map((item) => ({ ...item, group: "one" }));
    expect(() => iterativeStratification(same, { folds: 2, seed: 1 })).toThrow("Cannot part 1 groups");
  });
});
