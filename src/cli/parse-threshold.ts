import { UsageError } from "./usage-error.ts";

/** `--threshold`: a number of 0 … 1, several between commas, or `gbeta`. */
export function parseThreshold(text: string | undefined): "gbeta" | readonly number[] | undefined {
  if (text === undefined || text === "gbeta") return text;
  const values = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (values.every((value) => value >= 0 && value <= 1)) return values;
  throw new UsageError(`expected --threshold with a number of 0 … 1, several between commas or gbeta, found "${text}"`);
}
