/** One round of a search: every trial that is left is trained up to this many epochs. */
export interface Rung {
  readonly epochs: number;
  /** How many are left. */
  readonly trials: number;
}

/**
 * The rounds of successive halving (Jamieson & Talwalkar 2016): all trials for few epochs, then the best `1 / reduction` of them for
 * `reduction` times as many, until the last ones have had them all.
 */
export function halvingRungs({
  trials,
  epochs,
  reduction,
}: {
  readonly trials: number;
  readonly epochs: number;
  readonly reduction: number;
}): Rung[] {
  const rungs: Rung[] = [{ epochs, trials }];
  for (let left = Math.floor(trials / reduction); left >= 1; left = Math.floor(left / reduction)) {
    const first = Math.round(epochs / reduction ** rungs.length);
    if (first < 1) break;
    rungs.push({ epochs: first, trials: left });
  }
  // Epochs were counted from the last round backwards.
  const rising = rungs.map((rung) => rung.epochs).toReversed();
  return rungs.map((rung, round) => ({ ...rung, epochs: rising[round]! }));
}
