import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { beforeAll, describe, expect, it } from "vitest";

import type { TransferGain } from "../../src/evaluate/index.ts";
import { einthoven } from "./small-recipe.ts";

const example = (name: string) => fileURLToPath(new URL(`../../examples/transfer-${name}.json`, import.meta.url));
let cwd: string;

/** An example on a few recordings for a few epochs, by a small net. */
async function run(name: string, ...changes: string[]): Promise<string> {
  const net = 'model={"name":"multi-branch-cnn","settings":{"filters":[4,4],"dense":[8]}}';
  const small = ["dataset.options.recordings=80", "training.batch=16", net, ...changes];
  const out = ["--out", join("runs", [name, ...changes.slice(0, 1)].join("-"))];
  const { code, stderr } = await einthoven(
    ["run", example(name), ...small.flatMap((change) => ["--set", change]), ...out],
    cwd,
  );
  if (code !== 0) throw new Error(stderr);
  return stderr;
}

const folds = ["split.train=[1]", "split.train=[1,2]"];
const stages = 'training.stages=[{"epochs":1,"trained":["output.*"]},{"epochs":1,"rates":{"from":0.001,"to":0.1}}]';
let told: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "einthoven-transfer-"));
  await run("source", "training.epochs=2");
});

describe("transfer", () => {
  it("starts from another task's run, and is compared by training folds", async () => {
    for (const train of folds) {
      await run("scratch", train, "training.epochs=2");
      told = await run("tuned", train, stages, "start.run=source-training.epochs=2");
    }
    expect(told).toContain("stage 2, continues after epoch 1");
    const report = JSON.parse(await readFile(join(cwd, "runs", `tuned-${folds[0]}`, "report.json"), "utf8"));
    // The other training has left out the same test fold.
    expect(report.leakage).toEqual([]);
    const runs = folds.flatMap((train) => [`runs/scratch-${train}`, `runs/tuned-${train}`]);
    const { code, stdout } = await einthoven(
      ["transfer", ...runs.toReversed(), "--metric", "fmax", "--out", "t.svg", "--json"],
      cwd,
    );
    expect(code).toBe(0);
    const gain = JSON.parse(stdout) as TransferGain;
    expect(gain.points.map((point) => point.folds)).toEqual([1, 2]);
    for (const { scratch, started, gain: each } of gain.points) {
      expect(each).toBeCloseTo(started.value! - scratch.value!, 12);
    }
    expect(gain.points[0]!.examples).toBeLessThan(gain.points[1]!.examples);
    expect(await readFile(join(cwd, "t.svg"), "utf8")).toMatch(/^<svg .*training folds<\/text><\/svg>\n$/s);
    const shown = await einthoven(["transfer", ...runs, "--metric", "fmax"], cwd);
    expect(shown.stdout).toMatch(/Folds +Examples +Seeded weights +Transferred +Gain/);
    const alone = await einthoven(["transfer", runs[0]!], cwd);
    expect(alone.stderr).toContain("expected two runs on training folds 1, one of them with a start, found one");
    const twice = await einthoven(["transfer", runs[0]!, runs[0]!], cwd);
    expect(twice.stderr).toContain("expected one such run on training folds 1, found a second in");
    const odd = await einthoven(["transfer", ...runs, "--metric", "none"], cwd);
    expect(odd.stderr).toContain("Cannot compare by none: expected a measure that some pair of reports has");
  });
});
