import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { type Report, applyTemperatures, fitTemperatures } from "../../src/evaluate/index.ts";
import { npyNumbers, parseNpy } from "../../src/formats/index.ts";
import { openModelFile } from "../../src/runtime/index.node.ts";
import { type Recipe, runRecipe } from "../../src/train/index.node.ts";
import { smallRecordingRecipe, smallRecordings, smallSeveralRecipe } from "./small-recordings.ts";

const dataset = smallRecordings();
const classes = ["fast", "slow", "wide"];
let directory: string;

async function run(recipe: Recipe, { out, resume = false }: { out: string; resume?: boolean }): Promise<Report> {
  for await (const event of runRecipe(recipe, {
    dataset,
    directory: join(directory, out),
    resume,
    now: () => 0,
    date: "2026-11-21T00:00:00Z",
    software: { name: "einthoven", version: "test" },
  })) {
    if (event.kind === "end") return event.report;
  }
  throw new Error("no end");
}

const recipes = {
  one: smallRecordingRecipe({ calibration: "temperature" }),
  several: smallSeveralRecipe({
    calibration: "temperature",
    training: { ...smallSeveralRecipe().training, epochs: 6 },
  }),
};
const reports = new Map<string, Report>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "einthoven-calibration-"));
  for (const [out, recipe] of Object.entries(recipes)) reports.set(out, await run(recipe, { out }));
});

describe.each([
  ["one", "multi-class"],
  ["several", "multi-label"],
] as const)("a calibrated run over recordings of %s", (out, task) => {
  const array = async (name: string) =>
    Float64Array.from(npyNumbers(parseNpy(await readFile(join(directory, out, "fold-1", name)))));
  const predictions = async (part: string, scores: Float64Array) => ({
    task,
    classes,
    truth: Uint8Array.from(await array(`${part}truth.npy`)),
    scores,
    probabilities: true as const,
  });
  const modelFile = out === "one" ? join("one", "fold-1", "model.onnx") : join("several", "model.onnx");

  it("fits temperatures on the validation part, and applies them to both parts", async () => {
    const predictor = await openModelFile(join(directory, modelFile));
    const { method, temperatures } = predictor.card.calibration!;
    await predictor.close();
    expect(method).toBe("temperature");
    expect(temperatures).toHaveLength(task === "multi-class" ? 1 : 3);
    expect(temperatures[0]).not.toBe(1);
    const plain = await array("uncalibrated-scores.npy");
    const scaled = applyTemperatures(await predictions("", plain), temperatures);
    const kept = await array("scores.npy");
    kept.forEach((value, at) => expect(value).toBeCloseTo(scaled[at]!, 6));
    // What is calibrated already needs no more: the temperature of the calibrated validation scores is 1.
    const again = fitTemperatures(await predictions("validation-", await array("validation-scores.npy")));
    const fitted = [...temperatures].flatMap((value, at) => (value > 0.011 && value < 99 ? [again[at]!] : []));
    for (const value of fitted) expect(value).toBeCloseTo(1, 2);
  });

  it("travels in the model", async () => {
    const predictor = await openModelFile(join(directory, modelFile));
    const table = await readFile(join(directory, out, "fold-1", "predictions.csv"), "utf8");
    const [record, , , , ...wanted] = table.split("\n")[1]!.split(",");
    const { probabilities } = await predictor.predictRecording(await dataset.open(record!));
    probabilities.forEach((value, label) => expect(value).toBeCloseTo(Number(wanted[label]), 5));
    await predictor.close();
  });

  it("is reported before and after, with diagrams", async () => {
    const { calibration, folds } = reports.get(out)!;
    expect(calibration!.temperatures).toHaveLength(folds.length);
    const { before, after } = calibration!;
    expect(before.measures["classwiseEce"]).toBeGreaterThan(0);
    expect(after.measures["logLoss"]).not.toBe(before.measures["logLoss"]);
    expect(before.diagrams).toHaveLength(task === "multi-class" ? 4 : 3);
    const html = await readFile(join(directory, out, "report.html"), "utf8");
    expect(html.match(/calibration error/g)!.length).toBeGreaterThanOrEqual(2 * before.diagrams.length);
    expect(html).toContain("temperatures that were fitted on the validation part");
    expect(await readFile(join(directory, out, "report.md"), "utf8")).toContain("## Calibration");
  });
});

it("a finished run is reported again from its files", async () => {
  const again = await run(recipes.several, { out: "several", resume: true });
  expect(again.calibration).toEqual(reports.get("several")!.calibration);
});
