import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "vitest";

import { encodeNpy, type NpyArray } from "../../src/formats/index.ts";
import { runInProcess } from "./run-in-process.ts";

export interface ScoreOutput {
  readonly task: string;
  readonly rows: number;
  readonly classes: readonly string[];
  readonly thresholds?: Readonly<Record<string, number>>;
  readonly temperatures?: unknown;
  readonly metrics: Readonly<
    Record<
      string,
      { readonly value: number | null; readonly interval?: { readonly low: number; readonly high: number } }
    >
  >;
  readonly leftOut: readonly { readonly metric: string; readonly reason: string }[];
  readonly bootstrap?: { readonly unitCount: number; readonly resamples: number; readonly level: number };
  readonly comparison?: Readonly<Record<string, { readonly difference: number; readonly shareBetter: number }>>;
  readonly notices: readonly { readonly message: string }[];
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Runs `einthoven score` in a folder of these files. */
export async function score(files: Files, options: string) {
  const cwd = mkdtempSync(join(tmpdir(), "score-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  return { cwd, ...(await runInProcess(["score", ...options.split(" ")], { cwd })) };
}

export async function scoreJson(files: Files, options: string): Promise<ScoreOutput> {
  const { code, stdout, stderr } = await score(files, `${options} --json`);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as ScoreOutput;
}

export const npy = (dtype: NpyArray["dtype"], values: NpyArray["values"], shape: readonly number[]) =>
  encodeNpy({ dtype, values, shape });
export const doubles = (values: readonly number[], size: number) =>
  npy("f8", Float64Array.from(values), size === 1 ? [values.length] : [values.length / size, size]);
