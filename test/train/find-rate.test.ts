import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { renderRateSearchSvg } from "../../src/evaluate/index.ts";
import { type RateSearch, createLocalReplicas, findRate } from "../../src/train/index.ts";
import { createThreadReplicas } from "../../src/train/replicas/thread-replicas.node.ts";
import { checkMarkup } from "../evaluate/check-markup.ts";
import { classes, settings, smallData, smallProgram, start } from "./small-training.ts";

const data = smallData();

async function search(
  changes: Record<string, unknown> = {},
  where: "local" | "threads" = "local",
): Promise<RateSearch> {
  const training = settings({ optimizer: { name: "sgd", momentum: 0.9 }, batch: 60, ...changes });
  const built = smallProgram(training, { dropout: 0.1 });
  const replicas =
    where === "local"
      ? await createLocalReplicas(ort, { program: built.program, data })
      : await createThreadReplicas({ program: built.program, data });
  try {
    await start(replicas, built);
    const before = await replicas.read();
    const train = Int32Array.from({ length: 300 }, (_, row) => row);
    const found = await findRate({ replicas, data, classes, train, training, seed: 1, from: 1e-5, to: 1e5, steps: 60 });
    expect(await replicas.read()).toEqual(before);
    return found;
  } finally {
    await replicas.close();
  }
}

describe("findRate", () => {
  it("raises the rate until the loss explodes, and names where it falls", async () => {
    const { rates, losses, smoothed, suggestion, exploded } = await search();
    expect(exploded).toBe(true);
    expect(rates.length).toBeLessThan(60);
    expect([losses.length, smoothed.length]).toEqual([rates.length, rates.length]);
    expect(rates[1]! / rates[0]!).toBeCloseTo(10 ** (10 / 59), 9);
    expect(smoothed[0]).toBeCloseTo(losses[0]!, 9);
    expect(suggestion).toBeGreaterThan(1e-4);
    expect(suggestion).toBeLessThan(1);
  });

  it("finds the same in threads, also with a schedule that moves the momentum", async () => {
    const changes = { schedule: { name: "one-cycle" }, optimizer: { name: "adamw" } };
    expect(await search(changes, "threads")).toEqual(await search(changes));
  });
});

describe("renderRateSearchSvg", () => {
  it("draws the loss over the rate and marks the suggestion", async () => {
    const svg = renderRateSearchSvg(await search(), { title: "A <net>" });
    checkMarkup(svg);
    expect(svg).toMatch(/Suggested: \d/);
    expect(svg).toContain(">1e-3<");
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it("draws a search that found nothing", () => {
    const flat = { rates: [1e-3, 1e-2], losses: [1, 1], smoothed: [1, 1], suggestion: undefined };
    const svg = renderRateSearchSvg(flat, { title: "flat" });
    checkMarkup(svg);
    expect(svg).toContain("nowhere falls");
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});
