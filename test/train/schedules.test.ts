import { describe, expect, it } from "vitest";

import { scheduleFactor, scheduleSchema } from "../../src/train/schedules.ts";

const place = (step: number) => ({ step, stepsPerEpoch: 10, epochs: 10 });

describe("scheduleFactor", () => {
  it("is 1 throughout when constant", () => {
    expect(scheduleFactor({ name: "constant" }, place(99))).toBe(1);
  });

  it("falls along half a cosine", () => {
    const cosine = scheduleSchema.parse({ name: "cosine" });
    expect(scheduleFactor(cosine, place(0))).toBe(1);
    expect(scheduleFactor(cosine, place(50))).toBeCloseTo(0.5, 12);
    expect(scheduleFactor(cosine, place(100))).toBeCloseTo(0, 12);
  });

  it("rises linearly in the warm-up and ends at its end", () => {
    const cosine = scheduleSchema.parse({ name: "cosine", warmup: 0.1, end: 0.2 });
    expect(scheduleFactor(cosine, place(0))).toBeCloseTo(0.1, 12);
    expect(scheduleFactor(cosine, place(9))).toBeCloseTo(1, 12);
    expect(scheduleFactor(cosine, place(10))).toBeCloseTo(1, 12);
    expect(scheduleFactor(cosine, place(100))).toBeCloseTo(0.2, 12);
  });

  it("falls in steps of epochs", () => {
    const step = scheduleSchema.parse({ name: "step", epochs: 3, factor: 0.1 });
    expect([0, 29, 30, 60].map((at) => scheduleFactor(step, place(at)))).toEqual([1, 1, 0.1, 0.1 ** 2]);
  });
});
