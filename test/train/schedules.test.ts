import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { type ScheduleSettings, movesMomentum, scheduleOf, scheduleSchema } from "../../src/train/index.ts";

// Made by tools/golden/schedules.py from PyTorch.
const golden = JSON.parse(readFileSync(new URL("../golden/schedules/schedules.json", import.meta.url), "utf8")) as {
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly schedules: readonly {
    readonly schedule: unknown;
    readonly rates: readonly number[];
    readonly momenta?: readonly number[];
  }[];
  readonly plateaus: readonly {
    readonly schedule: unknown;
    readonly scores: readonly number[];
    readonly rates: readonly number[];
  }[];
};

const place = (step: number) => ({ step, stepsPerEpoch: 10, epochs: 10, scores: [] });
const rateOf = (schedule: ScheduleSettings, step: number) => scheduleOf(schedule).rate(schedule, place(step));

describe("a schedule", () => {
  it.each(golden.schedules.map((each) => [JSON.stringify(each.schedule), each] as const))(
    "%s is PyTorch's",
    (_, { schedule: given, rates, momenta }) => {
      const schedule = scheduleSchema.parse(given);
      const kind = scheduleOf(schedule);
      const { stepsPerEpoch, epochs } = golden;
      rates.forEach((rate, step) => {
        const at = { step, stepsPerEpoch, epochs, scores: [] };
        expect(kind.rate(schedule, at)).toBeCloseTo(rate, 9);
        if (movesMomentum(schedule)) expect(kind.momentum!(schedule, at)).toBeCloseTo(momenta![step]!, 9);
      });
    },
  );

  it.each(golden.plateaus.map((each) => [JSON.stringify(each.schedule), each] as const))(
    "%s falls where PyTorch's does",
    (_, { schedule: given, scores, rates }) => {
      const schedule = scheduleSchema.parse(given);
      const found = rates.map((_, epoch) =>
        scheduleOf(schedule).rate(schedule, { ...place(0), scores: scores.slice(0, epoch) }),
      );
      found.forEach((rate, epoch) => expect(rate).toBeCloseTo(rates[epoch]!, 12));
      expect(new Set(found).size).toBeGreaterThan(1);
    },
  );

  it("is 1 throughout when constant", () => {
    expect(rateOf({ name: "constant" }, 99)).toBe(1);
  });

  it("rises linearly in the warm-up of a cosine and ends at its end", () => {
    const cosine = scheduleSchema.parse({ name: "cosine", warmup: 0.1, end: 0.2 });
    expect(rateOf(cosine, 0)).toBeCloseTo(0.1, 12);
    expect(rateOf(cosine, 9)).toBeCloseTo(1, 12);
    expect(rateOf(cosine, 10)).toBeCloseTo(1, 12);
    expect(rateOf(cosine, 100)).toBeCloseTo(0.2, 12);
  });

  it("of one cycle has finite rates in trainings of a few steps", () => {
    const schedule = scheduleSchema.parse({ name: "one-cycle" });
    for (const epochs of [1, 2, 3, 4]) {
      for (let step = 0; step < epochs; step++) {
        const rate = scheduleOf(schedule).rate(schedule, { step, stepsPerEpoch: 1, epochs, scores: [] });
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(1);
      }
    }
  });

  it("waits for a score, however low", () => {
    const plateau = scheduleSchema.parse({ name: "plateau", patience: 1 });
    const scores = [-Infinity, 0.2, 0.3];
    expect(scheduleOf(plateau).rate(plateau, { ...place(0), scores })).toBe(1);
  });
});
