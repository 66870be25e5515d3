import { readFileSync, readdirSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { matchesPattern } from "../../src/core/matches-pattern.ts";
import { mergePatch } from "../../src/core/merge-patch.ts";
import { beatWindowShape, recordingInput } from "../../src/beats/index.ts";
import { standardLeads } from "../../src/datasets/index.ts";
import { architectures, findArchitecture } from "../../src/models/index.ts";
import { compilePipeline } from "../../src/signal/index.ts";
import {
  type Recipe,
  checkRecipe,
  expandMember,
  familyMembers,
  isScoresRecipe,
  parseFamily,
  parseRecipe,
  traceTraining,
} from "../../src/train/index.ts";

const directory = new URL("../../recipes/families/", import.meta.url);
const files = readdirSync(directory);
const open = (file: string) => parseFamily(readFileSync(new URL(file, directory), "utf8"), { file });

describe.each(files)("the family %s", (file) => {
  const family = open(file);
  const members = familyMembers(family);

  it("has members that are recipes, of known nets, with every word filled in", () => {
    expect(members.length).toBeGreaterThan(1);
    for (const member of members) {
      const recipe = checkRecipe(expandMember(family, member), { file: member.name });
      expect(recipe.name).toBe(member.name);
      expect(JSON.stringify(recipe)).not.toMatch(/[{}]?\{\w+(\.title)?\}/);
      if (!isScoresRecipe(recipe)) expect(architectures.map(({ name }) => name)).toContain(recipe.model.name);
      else if (recipe.scores.kind === "ensemble") {
        const names = new Set(members.map(({ name }) => name));
        expect(recipe.scores.runs.filter((run) => !names.has(run))).toEqual([]);
      }
    }
  });
});

describe("every net of a family", () => {
  /** What a net reads: recordings of 12 leads, or of one; beats and segments as their steps leave them. */
  function inputOf({ recordings, segments, beats, dataset }: Recipe) {
    if (beats !== undefined) return beatWindowShape(beats.preprocessing);
    if (recordings !== undefined) {
      const leads = dataset.name === "cinc2017" ? ["ECG"] : [...standardLeads];
      return recordingInput({ ...recordings.preprocessing, leads });
    }
    const { sampleRate, windowSeconds, segment } = segments!.preprocessing;
    const samples = Float32Array.from({ length: sampleRate * windowSeconds }, (_, i) => Math.sin(i / 9));
    return { channels: 1, samples: compilePipeline(segment, { sampleRate }).run(samples).length };
  }

  const all = files.flatMap((file) => {
    const family = open(file);
    return familyMembers(family)
      .map((member) => checkRecipe(expandMember(family, member), { file: member.name }))
      .filter((recipe): recipe is Recipe => !isScoresRecipe(recipe));
  });
  // Members that differ in labels alone have the same net.
  const distinct = new Map(
    all.map((recipe) => {
      const { recordings, segments, model } = recipe;
      return [JSON.stringify([recordings?.preprocessing, segments?.preprocessing, model]), recipe];
    }),
  );

  it.each([...distinct.values()].map((recipe) => [recipe.name, recipe] as const))(
    "%s fits its examples",
    (_, recipe) => {
      const { trained } = traceTraining({
        ...recipe.training,
        architecture: findArchitecture(recipe.model.name),
        settings: recipe.model.settings,
        shardSize: 2,
        parts: 1,
        ...inputOf(recipe),
        classCount: 4,
      });
      expect(trained.length).toBeGreaterThan(1);
    },
  );
});

describe("ptbxl", () => {
  const family = open("ptbxl.json");
  const recipeOf = (name: string) =>
    checkRecipe(
      expandMember(
        family,
        familyMembers(family).find((member) => member.name === name)!,
      ),
      { file: name },
    );

  it("is the benchmark's training", () => {
    expect(recipeOf("ptbxl-super-resnet1d_wang")).toMatchObject({
      title: "PTB-XL, 5 diagnostic superclasses, resnet1d_wang",
      recordings: { task: "superdiagnostic", preprocessing: { sampleRate: 100, normalise: "dataset" } },
      training: {
        epochs: 50,
        batch: 128,
        learningRate: 0.01,
        optimizer: { name: "adamw", beta2: 0.99, weightDecay: 0.01 },
        schedule: {
          name: "one-cycle",
          startDivisor: 25,
          endDivisor: 25e4,
          warmup: 0.3,
          momentum: { high: 0.95, low: 0.85 },
        },
        windows: { stride: 125, aggregation: "max" },
        monitor: "last",
      },
      expected: [{ metric: "macroAuc", value: 0.93, tolerance: 0.005 }],
    });
    const recurrent = recipeOf("ptbxl-form-lstm_bidir");
    expect(recurrent).toMatchObject({ training: { learningRate: 1e-3, clipping: { by: "norm", limit: 0.25 } } });
    expect(recurrent.expected[0]!.source).toMatch(/Strodthoff et al. 2020 .*half-width \(read in the source\)$/);
  });

  it("takes features, not windows, for its wavelet net, and no training for the naive scores", () => {
    const wavelet = recipeOf("ptbxl-all-wavelet_nn");
    expect((wavelet as Recipe).recordings!.preprocessing).not.toHaveProperty("window");
    expect(wavelet).toMatchObject({ training: { epochs: 30, optimizer: { name: "adamax" } } });
    expect(recipeOf("ptbxl-all-naive")).not.toHaveProperty("training");
    expect(recipeOf("ptbxl-rhythm-ensemble")).toMatchObject({
      scores: { runs: expect.arrayContaining(["ptbxl-rhythm-wavelet_nn", "ptbxl-rhythm-xresnet1d101"]) },
    });
  });
});

describe("parseFamily", () => {
  const small = {
    family: "a-{x}{y}",
    about: "For tests.",
    base: { title: "{x.title} {other} {y}", list: ["{x}"], seed: 1 },
    axes: {
      x: { one: { title: "First", set: { seed: 2 } }, two: { title: "Second", set: { seed: null, list: null } } },
      y: { none: { title: "", as: "" }, some: { title: "Some", as: "-some" } },
    },
    omit: [{ x: ["two"], y: ["some"] }],
    published: [
      {
        metric: "accuracy",
        source: "S",
        provenance: "memory",
        tolerance: 0.1,
        values: { "one/none": 0.5, "two/none": [0.6, 0.2] },
      },
    ],
  };
  const parse = (changes: object) => parseFamily(JSON.stringify({ ...small, ...changes }), { file: "f.json" });

  it("names and expands members", () => {
    const family = parse({});
    const members = familyMembers(family);
    expect(members.map(({ name }) => name)).toEqual(["a-one", "a-one-some", "a-two"]);
    expect(members.map((member) => expandMember(family, member))).toEqual([
      {
        name: "a-one",
        title: "First {other} none",
        list: ["one"],
        seed: 2,
        expected: [{ metric: "accuracy", value: 0.5, tolerance: 0.1, source: "S (from memory, to be checked)" }],
      },
      { name: "a-one-some", title: "First {other} some", list: ["one"], seed: 2 },
      {
        name: "a-two",
        title: "Second {other} none",
        expected: [{ metric: "accuracy", value: 0.6, tolerance: 0.2, source: "S (from memory, to be checked)" }],
      },
    ]);
  });

  it.each([
    [{ axis: 1 }, /Cannot use family f.json: the family: Unrecognized key: "axis"/],
    [{ axes: { x: { one: {} } } }, /axes.x.one.title: /],
    [{ family: "a" }, /expected members of different names, found a twice/],
    [
      { published: [{ ...small.published[0], values: { "two/some": 1 } }] },
      /published: expected values of members, found two\/some/,
    ],
  ])("says in one sentence what is wrong (%#)", (changes, message) => {
    expect(() => parse(changes)).toThrow(message);
    expect(() => parseFamily("{", { file: "f.json" })).toThrow(/Cannot read family f.json: expected JSON/);
  });

  it("wants a tolerance for each number", () => {
    const { tolerance: _, ...without } = small.published[0]!;
    const family = parse({ published: [without] });
    expect(() => expandMember(family, familyMembers(family)[0]!)).toThrow("expected a tolerance for 0.5, found none");
  });
});

describe("recipes without a training", () => {
  const naive = {
    name: "naive",
    title: "t",
    description: "d",
    dataset: { name: "x" },
    recordings: { preprocessing: { sampleRate: 100, leads: "all", window: { samples: 9 } } },
    split: { kind: "official-folds", train: [1], validation: [2], test: [3] },
    scores: { kind: "naive" },
    seed: 1,
  };

  it("are told from others by their scores", () => {
    expect(isScoresRecipe(checkRecipe(naive, { file: "r" }))).toBe(true);
    expect(() => parseRecipe(JSON.stringify(naive), { file: "r" })).toThrow(
      "Cannot train by recipe r: expected a training, found scores without one (naive).",
    );
    expect(() => checkRecipe({ ...naive, training: {} }, { file: "r" })).toThrow(/Unrecognized key: "training"/);
    expect(() => checkRecipe({ ...naive, beats: undefined, recordings: undefined }, { file: "r" })).toThrow(
      /expected exactly one of the sections .*, found none/,
    );
    expect(() => checkRecipe({ ...naive, scores: { kind: "ensemble", runs: ["a"] } }, { file: "r" })).toThrow(
      /scores.runs/,
    );
  });
});

describe("mergePatch", () => {
  // The examples of RFC 7396, appendix A.
  it.each([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("%j changed by %j is %j", (target, patch, merged) => {
    expect(mergePatch(target, patch)).toEqual(merged);
  });

  it("makes no prototypes", () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"x":1}}')) as Record<string, unknown>;
    expect(merged["x"]).toBeUndefined();
  });
});

describe("matchesPattern", () => {
  it.each([
    ["ptbxl-super-lstm", "ptbxl-*", true],
    ["ptbxl-super-lstm", "*lstm", true],
    ["ptbxl-super-lstm", "ptbxl-*-lstm", true],
    ["ptbxl-super-lstm_bidir", "ptbxl-*-lstm", false],
    ["a.b", "a?b", false],
    ["axb", "a.b", false],
  ])("%s, %s: %s", (name, pattern, fits) => {
    expect(matchesPattern(name, pattern)).toBe(fits);
  });
});
