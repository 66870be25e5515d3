/**
 * The mean RR interval that decides when a beat is overdue (Pan & Tompkins 1985, "RR average 2"): the mean of the last
 * eight intervals that were within 92–116 % of it. After eight intervals in a row outside, it starts anew from those.
 */
export interface RrAverage {
  /** Takes the next interval, samples. */
  add(interval: number): void;
  /** Samples; one second before the first interval. */
  mean(): number;
}

export function createRrAverage(sampleRate: number): RrAverage {
  let regular: number[] = [];
  let irregular: number[] = [];
  let mean = sampleRate;
  return {
    mean: () => mean,
    add: (interval) => {
      if (regular.length < 8 || (interval >= 0.92 * mean && interval <= 1.16 * mean)) {
        regular = [...regular, interval].slice(-8);
        irregular = [];
      } else {
        irregular.push(interval);
        if (irregular.length === 8) {
          regular = irregular;
          irregular = [];
        }
      }
      mean = regular.reduce((sum, value) => sum + value, 0) / regular.length;
    },
  };
}
