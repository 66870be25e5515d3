import { FormatError, UserError } from "../../core/errors.ts";

export interface RateOfTimesOptions {
  /** The file's name, for messages. */
  readonly file: string;
  /** Each time's line in the file, from 1. */
  readonly lines: Uint32Array;
  /** 1 for times in seconds, 1000 for milliseconds. */
  readonly ticksPerSecond: number;
  /** Hz, what somebody says. */
  readonly given: number | undefined;
}

/** Hz. No ECG is sampled so slowly, but times in milliseconds that are taken for seconds look so. */
const slowestRate = 10;

/**
 * Samples per second, by the times of the samples: the given rate where all times are what it makes of them, rounded to the
 * digits that are printed; else the nearest whole number where that is so; else what the first and the last time say, and then
 * no time may be half a sample from its place.
 * @throws FormatError where the times don't rise evenly, or are too slow for seconds; UserError where they contradict the given rate.
 */
export function rateOfTimes(times: Float64Array, { file, lines, ticksPerSecond, given }: RateOfTimesOptions): number {
  const steps = times.length - 1;
  const measured = (steps * ticksPerSecond) / (times[steps]! - times[0]!);
  if (!(steps >= 1 && measured > 0 && Number.isFinite(measured))) {
    throw new FormatError("Cannot read the recording: expected times that rise, over two rows or more", { file });
  }
  const roundings = roundingsOf(times);
  const explains = (rate: number) => isRounded(times, { roundings, step: ticksPerSecond / rate });
  if (given !== undefined && explains(given)) return given;
  const whole = Math.round(measured);
  const isWhole = explains(whole);
  const rate = isWhole ? whole : Number(measured.toPrecision(7));
  if (!isWhole) requireEven(times, { file, lines, rate, step: ticksPerSecond / rate });
  const agrees = given !== undefined && Math.abs(rate / given - 1) <= 1e-3;
  if (!agrees && rate < slowestRate) {
    const message = `Cannot read the recording: expected times at ${slowestRate} Hz or more, found ${rate} Hz; a column in milliseconds is to be called "time (ms)", one of row numbers "sample"`;
    throw new FormatError(message, { file, line: 1 });
  }
  if (given !== undefined && !agrees) {
    throw new UserError(`Cannot read ${file}: its times say ${rate} Hz, the sample rate given is ${given} Hz`);
  }
  return rate;
}

/** A double does not hold more digits of every number. */
const mostDigits = 15;

const powersOfTen = Array.from({ length: mostDigits + 1 }, (_, exponent) => 10 ** exponent);

/**
 * How far each time may be from the true one: half a unit of its last digit (and a hair, for binary fractions). A number is
 * printed to as many decimals as the finest of its column, but not to more digits in all than the longest; zeros at the end may
 * be left out, which is why the numbers themselves say it.
 */
function roundingsOf(times: Float64Array): Float64Array {
  let decimals = 0;
  for (const time of times) while (decimals < mostDigits && !hasDecimals(time, decimals)) decimals++;
  let digits = 0;
  const decimalsOf = (time: number) => Math.min(decimals, Math.max(0, digits - digitsBeforePoint(time)));
  for (const time of times) while (digits < mostDigits && !hasDecimals(time, decimalsOf(time))) digits++;
  return times.map((time) => 0.501 / powersOfTen[decimalsOf(time)]!);
}

/** Whether a number can be written with so many decimals. */
function hasDecimals(value: number, decimals: number): boolean {
  const scale = powersOfTen[decimals]!;
  return Math.round(value * scale) / scale === value;
}

/** 2 for 12.5, −1 for 0.05, −∞ for 0. */
function digitsBeforePoint(value: number): number {
  return Math.floor(Math.log10(Math.abs(value))) + 1;
}

interface RoundedOptions {
  readonly roundings: Float64Array;
  /** From sample to sample, in the times' own unit. */
  readonly step: number;
}

/** Whether there is a start from which even steps come to all times, each within its rounding and that within a sample. */
function isRounded(times: Float64Array, { roundings, step }: RoundedOptions): boolean {
  let earliest = -Infinity;
  let latest = Infinity;
  for (let i = 0; i < times.length; i++) {
    const start = times[i]! - i * step;
    if (roundings[i]! >= step) return false;
    earliest = Math.max(earliest, start - roundings[i]!);
    latest = Math.min(latest, start + roundings[i]!);
  }
  return earliest <= latest;
}

interface EvenOptions extends Pick<RateOfTimesOptions, "file" | "lines"> {
  readonly rate: number;
  readonly step: number;
}

function requireEven(times: Float64Array, { file, lines, rate, step }: EvenOptions): void {
  for (let i = 0; i < times.length; i++) {
    const expected = times[0]! + i * step;
    if (!(Math.abs(times[i]! - expected) < 0.5 * step)) {
      const message = `Cannot read the recording: expected samples at ${rate} Hz, so time ${expected}, found ${times[i]}`;
      throw new FormatError(message, { file, line: lines[i]! });
    }
  }
}
