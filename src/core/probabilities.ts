/** Probabilities are held this far from 0 and 1 before their logarithms are taken. */
const smallest = 2 ** -52;

export function sigmoid(logit: number): number {
  return logit >= 0 ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / (1 + Math.exp(logit));
}

/** Softmax over each row of `size` logits. */
export function softmaxRows(logits: Float64Array, size: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let start = 0; start < logits.length; start += size) {
    let top = -Infinity;
    for (let at = start; at < start + size; at++) top = Math.max(top, logits[at]!);
    let sum = 0;
    for (let at = start; at < start + size; at++) sum += out[at] = Math.exp(logits[at]! - top);
    for (let at = start; at < start + size; at++) out[at]! /= sum;
  }
  return out;
}

/** Logits that give a probability: ln p for softmax, which is exclusive, ln(p/(1 − p)) for a sigmoid. */
export function logitOf(probability: number, { exclusive }: { readonly exclusive: boolean }): number {
  const held = Math.min(1 - smallest, Math.max(smallest, probability));
  return exclusive ? Math.log(held) : Math.log(held) - Math.log1p(-held);
}

export interface TemperatureScaling {
  readonly temperatures: ArrayLike<number>;
  /** How many classes a row has. */
  readonly size: number;
}

/** Whether the classes exclude each other: several share one temperature. A class alone has one of its own, and a sigmoid. */
export function sharesTemperature({ temperatures, size }: TemperatureScaling): boolean {
  return size > 1 && temperatures.length === 1;
}

/** Logits [row, class] divided by one temperature for all classes, which then exclude each other, or by one for each; as probabilities. */
export function scaledProbabilities(logits: Float64Array, scaling: TemperatureScaling): Float64Array {
  const { temperatures, size } = scaling;
  if (!sharesTemperature(scaling)) return logits.map((logit, at) => sigmoid(logit / temperatures[at % size]!));
  return softmaxRows(
    logits.map((logit) => logit / temperatures[0]!),
    size,
  );
}
