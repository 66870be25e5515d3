import type { Random } from "../core/index.ts";

/**
 * How many of `trials` independent trials of this probability succeed: an exact draw from the binomial distribution, in
 * time that does not grow with `trials`. Small means by summing the distribution, larger ones by transformed rejection
 * (BTRS, Hörmann 1993).
 */
export function drawBinomial(random: Random, { trials, probability }: BinomialOptions): number {
  if (trials <= 0 || !(probability > 0)) return 0;
  if (probability >= 1) return trials;
  if (probability > 0.5) return trials - drawBinomial(random, { trials, probability: 1 - probability });
  return trials * probability < 10 ? bySumming(random, trials, probability) : byRejection(random, trials, probability);
}

export interface BinomialOptions {
  /** A whole number, 0 or more. */
  readonly trials: number;
  /** 0 … 1. */
  readonly probability: number;
}

/**
 * Draws counts that sum to `trials`, cell i with probability weights[i] / Σ weights, into `counts`: each cell is a binomial
 * draw from what the cells before it left.
 */
export function drawMultinomial(random: Random, { trials, weights, counts }: MultinomialOptions): void {
  let left = trials;
  let weight = 0;
  for (let i = 0; i < weights.length; i++) weight += weights[i]!;
  for (let i = 0; i < weights.length; i++) {
    const own = weights[i]!;
    const drawn = own >= weight ? left : drawBinomial(random, { trials: left, probability: own / weight });
    counts[i] = own === 0 ? 0 : drawn;
    left -= counts[i]!;
    weight -= own;
  }
}

export interface MultinomialOptions {
  readonly trials: number;
  /** Whole numbers, 0 or more, so that their sum is exact. */
  readonly weights: ArrayLike<number>;
  readonly counts: Float64Array;
}

function bySumming(random: Random, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  for (;;) {
    let rest = random.uniform() + random.uniform() / 4294967296;
    let mass = Math.exp(trials * Math.log1p(-probability));
    for (let k = 0; k <= trials; k++) {
      if (rest < mass) return k;
      rest -= mass;
      mass *= (odds * (trials - k)) / (k + 1);
    }
    // Rounding left a sliver beyond the last mass: draw again.
  }
}

function byRejection(random: Random, trials: number, probability: number): number {
  const spread = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const centre = trials * probability + 0.5;
  const accept = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const logOdds = Math.log(probability / (1 - probability));
  const mode = Math.floor((trials + 1) * probability);
  const atMode = logFactorial(mode) + logFactorial(trials - mode);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = 1 - random.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= accept) return k;
    if (!(k >= 0 && k <= trials)) continue;
    const bound = atMode - logFactorial(k) - logFactorial(trials - k) + (k - mode) * logOdds;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
  }
}

/** ln(n!) to full precision: the product for small n, Stirling's series beyond. */
function logFactorial(n: number): number {
  if (n < 16) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return Math.log(product);
  }
  const x = n + 1;
  const inverse = 1 / (x * x);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
