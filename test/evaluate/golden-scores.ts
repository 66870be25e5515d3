import { readFileSync } from "node:fs";

import type { Task } from "../../src/evaluate/index.ts";

/** Predictions of a few tasks, with what other programs measure of them. */
export interface GoldenScores {
  readonly cases: readonly {
    readonly task: Task;
    readonly classes: number;
    readonly truth: readonly number[];
    readonly scores: readonly number[];
    readonly logits: readonly number[];
    readonly temperatures: readonly number[];
    readonly metrics: Readonly<Record<string, number>>;
    readonly thresholds?: { readonly values: readonly number[]; readonly fBeta: number; readonly gBeta: number };
  }[];
  readonly challenge: {
    readonly classes: readonly string[];
    readonly truth: readonly number[];
    readonly decisions: readonly number[];
    readonly cinc2020: number;
    readonly cinc2021: number;
  };
  readonly rhythms: {
    readonly truth: readonly number[];
    readonly decisions: readonly number[];
    readonly cinc2017: number;
  };
}

/** Made by tools/golden/score_metrics.py from scikit-learn, SciPy and NumPy. */
export const goldenScores = JSON.parse(
  readFileSync(new URL("../golden/metrics/score-metrics.json", import.meta.url), "utf8"),
) as GoldenScores;
