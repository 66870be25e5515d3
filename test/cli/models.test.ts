import { describe, expect, it } from "vitest";

import { architectures } from "../../src/models/index.ts";
import { shippedModels } from "../../src/cli/shipped-models.ts";
import { runInProcess } from "./run-in-process.ts";

describe("einthoven models", () => {
  it.each([[["models"]], [["models", "list"]]])("%j lists every net", async (argv) => {
    const { code, stdout, stderr } = await runInProcess(argv);
    expect([code, stderr]).toEqual([0, ""]);
    for (const { name } of architectures) expect(stdout).toContain(name);
    const json = await runInProcess([...argv, "--json"]);
    const { nets, shipped } = JSON.parse(json.stdout) as {
      readonly nets: unknown;
      readonly shipped: readonly { readonly name: string }[];
    };
    expect(nets).toEqual(architectures.map(({ name, source }) => ({ name, source })));
    expect(shipped.map(({ name }) => name)).toEqual((await shippedModels()).map(({ name }) => name));
  });

  it.each(architectures.map(({ name }) => name))("show %s adds up", async (name) => {
    const sizes = "--channels 12 --samples 256 --classes 9 --json".split(" ");
    const { code, stdout } = await runInProcess(["models", "show", name, ...sizes]);
    expect(code).toBe(0);
    const { inputs, outputs, layers, parameters, multiplyAdds } = JSON.parse(stdout) as {
      readonly inputs: { readonly x: readonly number[] };
      readonly outputs: object;
      readonly layers: readonly { readonly parameters: number; readonly multiplyAdds: number }[];
      readonly parameters: { readonly total: number; readonly trained: number };
      readonly multiplyAdds: number;
    };
    // One that reads images lays the signal out in rows.
    expect(inputs.x.reduce((product, size) => product * size, 1)).toBe(12 * 256);
    expect(outputs).toEqual({ logits: [9] });
    expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters.total);
    expect(layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0)).toBe(multiplyAdds);
    expect(multiplyAdds).toBeGreaterThan(parameters.trained / 10);
  });

  it("show prints layers, shapes and counts", async () => {
    const argv = ["models", "show", "multi-branch-cnn", "--samples", "251", "--classes", "4", "--set", "dense=[32]"];
    const { stdout } = await runInProcess(argv);
    expect(stdout).toMatchInlineSnapshot(`
      "multi-branch-cnn: x 1 × 251 → logits 4
      layer          kind       output  parameters  multiply-adds
      ───────────────────────────────────────────────────────────
      branch1.conv1  conv1d    8 × 251          32          8,032
                     relu      8 × 251
                     maxPool   8 × 125
      branch1.conv2  conv1d   16 × 125         768         96,000
                     relu     16 × 125
                     maxPool   16 × 62
                     reshape       992
      branch2.conv1  conv1d    8 × 251          48         12,048
                     relu      8 × 251
                     maxPool   8 × 125
      branch2.conv2  conv1d   16 × 125       1,024        128,000
                     relu     16 × 125
                     maxPool   16 × 62
                     reshape       992
      branch3.conv1  conv1d    8 × 251          64         16,064
                     relu      8 × 251
                     maxPool   8 × 125
      branch3.conv2  conv1d   16 × 125       1,280        160,000
                     relu     16 × 125
                     maxPool   16 × 62
                     reshape       992
                     concat      2,976
      dense1         dense          32      95,264         95,232
                     relu           32
      output         dense           4         132            128
      98,612 parameters; 515,504 multiply-adds for each row
      "
    `);
  });

  it.each([
    [["nothing"], 1, /Cannot find model "nothing": expected one of multi-branch-cnn/],
    [["multi-branch-cnn", "--set", "colour=1"], 1, /Cannot build model multi-branch-cnn: .*colour/],
    [["multi-branch-cnn", "--set", "colour"], 2, /expected --set <key=value>, found "colour"/],
    [["multi-branch-cnn", "--samples", "1"], 1, /Cannot build op maxPool.*expected at least 2 samples/],
    [["multi-branch-cnn", "--samples", "0"], 2, /a whole number of at least 1/],
  ])("show %j says why it can't", async (argv, wanted, sentence) => {
    const { code, stdout, stderr } = await runInProcess(["models", "show", ...argv]);
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([stdout, code]).toEqual(["", wanted]);
  });
});
