import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

import type { Report } from "../../src/evaluate/index.ts";
import { einthoven, smallRecipe } from "../end-to-end/small-recipe.ts";

const examples = fileURLToPath(new URL("../../examples", import.meta.url));
const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "einthoven-own-"));
});

describe("the example of an own model", () => {
  it("trains, and its module is kept beside the recipe", async () => {
    const changes = [
      "training.epochs=1",
      'beats.classes=["N","S","V"]',
      "dataset.options.patients=4",
      "dataset.options.seconds=40",
    ].flatMap((change) => ["--set", change]);
    const run = (...more: readonly string[]) =>
      einthoven(["run", join(examples, "own-model.json"), "--out", "run", "--json", ...changes, ...more], folder);
    const { code, stdout, stderr } = await run();
    expect(stderr).toContain("epoch 1");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ recipe: "own-model" });
    const own = await readFile(join(examples, "own-model.js"), "utf8");
    expect(await readFile(join(folder, "run", "net", "own-model.js"), "utf8")).toBe(own);
    expect(await readdir(join(folder, "run"))).toContain("model.onnx");

    await writeFile(join(folder, "run", "net", "own-model.js"), `${own}// Another one.\n`);
    const resumed = await run("--resume");
    expect(resumed.code).toBe(1);
    expect(resumed.stderr).toContain("its net/own-model.js differs from the model that the recipe names");
  });

  it("may be an ONNX file, on which training goes on", async () => {
    const changes = [
      "training.epochs=1",
      'beats.classes=["N","S","V"]',
      "dataset.options.patients=4",
      "dataset.options.seconds=40",
    ];
    const run = (out: string, ...more: readonly string[]) =>
      einthoven(
        ["run", join(examples, "own-model.json"), "--out", out, "--json"].concat(
          [...changes, `model.name=${JSON.stringify(join(folder, "run", "model.onnx"))}`, ...more].flatMap((change) => [
            "--set",
            change,
          ]),
        ),
        folder,
      );
    const lossOf = async (out: string) =>
      (JSON.parse(await readFile(join(folder, out, "report.json"), "utf8")) as Report).folds[0]!.learning[0]!.train
        .loss!;
    const again = await run("again", "model.settings={}");
    expect(again).toMatchObject({ code: 0 });
    expect(await lossOf("again")).toBeLessThan(await lossOf("run"));
    expect(await readdir(join(folder, "again"))).toContain("model.onnx");
    const { leakage } = JSON.parse(await readFile(join(folder, "again", "report.json"), "utf8")) as Report;
    // Its weights are those of one of two folds.
    expect(leakage).toContain(
      "The starting weights (own-model) were trained on synthetic by another split: they may have learnt from this test part.",
    );
    // The file has the name of the run's own result.
    expect(await readFile(join(folder, "again", "net", "model.onnx"))).toEqual(
      await readFile(join(folder, "run", "model.onnx")),
    );
    expect(await run("again", "model.settings={}")).toMatchObject({ code: 1 });
    const head = await run("head", 'model.settings={"head":true}');
    expect(head).toMatchObject({ code: 0 });
    expect(head.stdout).not.toBe(again.stdout);

    const shown = await einthoven(
      ["models", "show", join(folder, "run", "model.onnx"), "--samples", "251", "--classes", "3", "--json"],
      folder,
    );
    expect(JSON.parse(shown.stdout)).toMatchObject({ name: "model", outputs: { logits: [3] } });
    const other = await run("other", "model.settings={}", 'beats.classes=["N","S","V","F"]');
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/expected logits of shape \[1, 4\], one for each row and class, found \[1, 3\]/);
  });

  it("says what is wrong with its settings", async () => {
    const { code, stderr } = await einthoven(
      ["run", join(examples, "own-model.json"), "--out", "wrong", "--set", "model.settings.filters=0.5"],
      folder,
    );
    expect(stderr).toBe("Cannot build model small-residual: expected at least one of filters, found 0.5.\n");
    expect(code).toBe(1);
  });
});

describe("a module that a recipe names", () => {
  const build = "build: (x, { layers, ops, classCount }) => layers.dense(ops.flatten(x), { units: classCount })";
  it.each<[string, string, string | RegExp]>([
    [
      "nothing.mjs",
      "",
      "Cannot load model ./nothing.mjs: expected an architecture as its default export, found undefined.",
    ],
    ["five.mjs", "export default 5;", /found number\./],
    ["empty.mjs", "export default {};", "expected a function build in its default export, found none."],
    ["settings.mjs", `export default { settings: 3, ${build} };`, "a zod schema or a function as settings"],
    ["code.mjs", 'throw new Error("No luck.");', "its code failed: Error: No luck."],
    ["imports.mjs", 'import "./gone.mjs"; export default {};', /its code failed: Error.*: Cannot find module/],
    ["shape.mjs", "export default { build: (x) => x };", "Cannot build model shape: expected logits of shape [1, 3]"],
    ["extra.mjs", `export default { ${build} };`, "Cannot build model extra: expected no settings, found filters."],
    [
      "layer.mjs",
      'export default { build: (x, { layers }) => layers.conv2d(x, { name: "stem", filters: 1, kernel: 1 }) };',
      'Cannot build layer "stem": expected an input of 4 axes',
    ],
  ])("%s is refused with a sentence", async (name, text, sentence) => {
    await writeFile(join(folder, name), text);
    const settings = name === "extra.mjs" ? { filters: 3 } : {};
    const recipe = { ...smallRecipe, model: { name: `./${name}`, settings } };
    await writeFile(join(folder, "refused.json"), JSON.stringify(recipe));
    const { stdout, stderr, code } = await einthoven(["run", "refused.json", "--out", "none"], folder);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([stdout, code]).toEqual(["", 1]);
  });

  it("that is not there is refused with its place", async () => {
    const { stderr } = await einthoven(["models", "show", "./gone.mjs"], folder);
    expect(stderr).toBe(
      `Cannot load model ./gone.mjs: expected a module at ${join(folder, "gone.mjs")}, found none.\n`,
    );
  });

  it("with a syntax error is refused with a way to find it", async () => {
    await writeFile(join(folder, "broken.mjs"), "// A net.\nexport default { build: ) };\n");
    const { stderr } = await runInNode(["models", "show", "./broken.mjs"]);
    expect(stderr).toBe(
      "Cannot load model ./broken.mjs: its code failed: SyntaxError: Unexpected token ')' (node --check ./broken.mjs shows where).\n",
    );
  });

  it("may be TypeScript where Node reads it, and says so where not", async () => {
    const typed = build.replace("units: classCount", "units: classCount as number");
    await writeFile(join(folder, "typed.mts"), `export default { ${typed} };\n`);
    const { stdout, stderr, code } = await runInNode(["models", "show", "./typed.mts", "--json"]);
    if (readsTypeScript()) {
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toMatchObject({ name: "typed", outputs: { logits: [5] } });
    } else {
      expect(stderr).toBe(
        `Cannot load model ./typed.mts: Node ${process.versions.node} does not read TypeScript; use Node 22.18 or later, or compile the module to JavaScript.\n`,
      );
      expect(code).toBe(1);
    }
  });
});

/** Whether this Node strips types unasked. */
function readsTypeScript(): boolean {
  return (process.features as { readonly typescript?: unknown }).typescript === "strip";
}

/** The built program in a process of its own: the test runner reads modules in its own way. */
async function runInNode(argv: readonly string[]) {
  const env = { ...process.env, NODE_OPTIONS: "" };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [cli, ...argv], { cwd: folder, env });
    return { stdout, stderr, code: 0 };
  } catch (error) {
    const { stdout, stderr, code } = error as {
      readonly stdout: string;
      readonly stderr: string;
      readonly code: number;
    };
    return { stdout, stderr, code };
  }
}
