import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { shippedCard, shippedModels } from "../../src/cli/shipped-models.ts";
import { shippedRecipes } from "../../src/cli/shipped-recipes.ts";
import { synthesiseRecording } from "../../src/datasets/index.ts";
import { encodeCsv, encodeNpyRecording, encodeWfdb } from "../../src/formats/index.ts";
import { modelWeights } from "../../src/train/index.ts";
import { runInProcess } from "./run-in-process.ts";

const models = await shippedModels();
const about = await readFile(new URL("../../models/README.md", import.meta.url), "utf8");
const standardLeads = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"] as const;

let directory: string;
let annotated: number;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "einthoven-shipped-"));
  const recording = synthesiseRecording({ seed: 3, patient: 4, seconds: 40, leads: ["MLII", "V1"] });
  annotated = recording.annotations.length;
  for (const [file, bytes] of encodeWfdb(recording, { name: "patient" })) await writeFile(join(directory, file), bytes);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("shipped models", () => {
  it("are at least those for beats", () => {
    expect(models.map(({ name }) => name)).toEqual(expect.arrayContaining(["beats", "multibranch"]));
  });

  describe.each(models)("$name", (model) => {
    it("is small, has a complete card, a shipped recipe and a section in models/README.md", async () => {
      expect((await stat(model.file)).size).toBeLessThanOrEqual(8 * 2 ** 20);
      const card = await shippedCard(model);
      expect((await shippedRecipes()).map(({ name }) => name)).toContain(card.training.recipe);
      expect(card.intendedUse).toMatch(/no medical device/);
      expect([card.licence, card.training.datasetCitation, ...card.limits].every((text) => text.length > 20)).toBe(
        true,
      );
      expect(card.metrics["accuracy"]?.value ?? card.metrics["macroAuc"]?.value).toBeGreaterThan(0.5);
      expect(about).toContain(`\`${model.name}\``);
      expect(about).toContain(card.training.recipe);
    });

    it("has as many weights as its card says", async () => {
      const { task, architecture } = await shippedCard(model);
      const { from } = modelWeights(new Uint8Array(await readFile(model.file)));
      const count = [...from.values()].reduce((sum, values) => sum + values.length, 0);
      // Batch norm is folded into the convolutions of some files, and the card counts what was trained.
      if (task === "beats" || task === "beat-sequences") expect(count).toBe(architecture.parameters);
      expect(count).toBeGreaterThan(0);
    });
  });

  it.each(["beats", "multibranch"])("%s classifies a recording's detected beats, by its name", async (name) => {
    const { code, stdout, stderr } = await runInProcess(["classify", "patient", "--model", name, "--json"], {
      cwd: directory,
    });
    expect([code, stderr]).toEqual([0, ""]);
    const { model, recordings } = JSON.parse(stdout) as {
      readonly model: { readonly labels: readonly string[] };
      readonly recordings: readonly { readonly beats: readonly unknown[]; readonly counts: Record<string, number> }[];
    };
    expect(model.labels).toEqual(["N", "S", "V", "F"]);
    const { beats, counts } = recordings[0]!;
    expect(Math.abs(beats.length - annotated)).toBeLessThan(5);
    expect(counts["N"]).toBeGreaterThan(beats.length / 2);
  });

  it("classify files that do not say their sample rate, at the rate given", async () => {
    const one = synthesiseRecording({ seed: 3, patient: 4, seconds: 20, leads: ["MLII"] });
    const timed = new TextDecoder().decode(encodeCsv(one));
    await writeFile(join(directory, "untimed.csv"), timed.replace(/^[^,]*,/gm, ""));
    const twelve = synthesiseRecording({ seed: 3, patient: 4, seconds: 12, sampleRate: 250, leads: standardLeads });
    await writeFile(join(directory, "twelve.npy"), encodeNpyRecording(twelve));
    for (const [file, model, rate] of [
      ["untimed.csv", "multibranch", one.sampleRate],
      ["twelve.npy", "12-lead-demo", 250],
    ] as const) {
      const argv = ["classify", file, "--model", model, "--json"];
      const { code, stdout, stderr } = await runInProcess([...argv, "--rate", `${rate}`], { cwd: directory });
      expect([code, stderr]).toEqual([0, ""]);
      expect(JSON.parse(stdout).recordings[0].sampleRate).toBe(rate);
      const without = await runInProcess(argv, { cwd: directory });
      expect(without.code).toBe(1);
      expect(without.stderr).toContain("expected a sample rate");
    }
  });

  it("are named where a model is asked for", async () => {
    const names = models.map(({ name }) => name).join(", ");
    const none = await runInProcess(["classify", "patient"], { cwd: directory });
    expect(none.stderr).toContain(`expected --model with an .onnx file, or one of ${names}, found none`);
    const other = await runInProcess(["classify", "patient", "--model", "beets"], { cwd: directory });
    expect(other.stderr).toContain(
      `Cannot open model beets: expected an .onnx file, or one of ${names}, found no such file.`,
    );
  });

  it("are listed, and travel with the package", async () => {
    const { stdout } = await runInProcess(["models"]);
    for (const { name } of models) expect(stdout).toMatch(new RegExp(`^${name} +\\S`, "m"));
    const { files } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    expect(files).toContain("models");
  });
});
