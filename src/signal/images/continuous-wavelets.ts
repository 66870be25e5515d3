export interface ContinuousWavelet {
  /** ψ(t), even, and nothing beyond |t| = {@link reach}. */
  readonly value: (t: number) => number;
  /** The frequency of its strongest response at scale 1, cycles per sample, as PyWavelets gives it. */
  readonly centre: number;
}

const reach = 8;
const hatHeight = 2 / (Math.sqrt(3) * Math.PI ** 0.25);

export const continuousWavelets: Readonly<Record<"morlet" | "mexican-hat", ContinuousWavelet>> = {
  morlet: { value: (t) => Math.exp(-0.5 * t * t) * Math.cos(5 * t), centre: 0.8125 },
  "mexican-hat": { value: (t) => hatHeight * (1 - t * t) * Math.exp(-0.5 * t * t), centre: 0.25 },
};

/**
 * √scale · ∫ ψ over samples of width 1 / scale, centred on 0, 1 / scale, 2 / scale, …: `count` of them, or as many as the
 * wavelet reaches. By Simpson's rule on pieces of at most 1/20.
 */
export function sampleWavelet(
  psi: ContinuousWavelet["value"],
  { scale, count }: { readonly scale: number; readonly count: number },
): Float64Array {
  const width = 1 / scale;
  const pieces = Math.ceil(width / 0.05);
  const step = width / pieces;
  const inside = (t: number) => (Math.abs(t) <= reach ? psi(t) : 0);
  const integral = (from: number) => {
    let sum = 0;
    for (let p = 0; p < pieces; p++) {
      const t = from + p * step;
      sum += inside(t) + 4 * inside(t + step / 2) + inside(t + step);
    }
    return (sum * step) / 6;
  };
  const reached = Math.min(count, Math.ceil(reach * scale + 0.5));
  return Float64Array.from({ length: reached }, (_, lag) => Math.sqrt(scale) * integral((lag - 0.5) * width));
}
