import { describe, expect, it } from "vitest";

import { argument, defineCommand, option } from "../../src/cli/command.ts";
import type { CommandEntry } from "../../src/cli/command-table.ts";
import type { CliContext } from "../../src/cli/context.ts";
import { UserError } from "../../src/core/errors.ts";
import { runInProcess } from "./run-in-process.ts";

type Action = (input: Readonly<Record<string, unknown>>, context: CliContext) => Promise<void>;

/** A table with one ordinary command, `try`, and one of a group, `group go`. */
function tableOf(run: Action): CommandEntry[] {
  const command = defineCommand({
    description: "Tries.",
    arguments: { recordings: argument.many("what to try") },
    options: {
      from: option.number("--from <seconds>", "where to begin", { minimum: 0 }),
      fold: option.number("--fold <index>", "which fold", { minimum: 0, whole: true }),
      set: option.texts("--set <key=value>", "change a setting"),
      leads: option.list("--leads <names>", "which leads"),
      format: option.choice("--format <format>", "how to write", ["16", "212"]),
      force: option.flag("--force", "overwrite"),
      dryRun: option.flag("--dry-run", "only say it"),
    },
    examples: [{ command: "try mitdb/100", does: "tries record 100" }],
    run,
  });
  return [
    { name: "try", summary: "try a recording", load: async () => command },
    { name: "group go", summary: "go", load: async () => defineCommand({ ...command, arguments: {}, run }) },
    {
      name: "never",
      summary: "is never loaded",
      load: async () => {
        throw new Error("loaded though it was not called");
      },
    },
  ];
}

const answer: Action = async (_, context) => context.result({ json: { answer: 42 }, text: () => "forty-two" });
const refuse: Action = async () => {
  throw new UserError("Cannot fit recording x: expected lead MLII, found V1, V2");
};
const crash: Action = async () => {
  throw new TypeError("x is\nnot a function");
};

const run = (argv: string[], action: Action = async () => {}, environment = {}) =>
  runInProcess(argv, environment, tableOf(action));

describe("runCli", () => {
  it("gives a command its arguments and options, parsed", async () => {
    let got: unknown;
    const argv = "try a b --from 1.5 --set x=1 --set y=2 --leads MLII,V5 --format 212 --dry-run".split(" ");
    const { code } = await run(argv, async (input) => void (got = input));
    expect(code).toBe(0);
    expect(got).toEqual({
      recordings: ["a", "b"],
      from: 1.5,
      fold: undefined,
      set: ["x=1", "y=2"],
      leads: ["MLII", "V5"],
      format: "212",
      force: false,
      dryRun: true,
    });
  });

  it("prints one JSON document with --json, before or after the command, and text otherwise", async () => {
    for (const argv of [
      ["--json", "try", "a"],
      ["try", "a", "--json"],
    ]) {
      const { stdout, stderr } = await run(argv, answer);
      expect(JSON.parse(stdout)).toEqual({ answer: 42 });
      expect(stderr).toBe("");
    }
    expect((await run(["try", "a"], answer)).stdout).toBe("forty-two\n");
  });

  it.each([
    [["try"], "missing required argument 'recordings'"],
    [["try", "a", "--form", "16"], "unknown option '--form'"],
    [["try", "a", "--from"], "option '--from <seconds>' argument missing"],
    [
      ["try", "a", "--from", "soon"],
      `Wrong usage: option '--from <seconds>': expected a number of at least 0, found "soon"`,
    ],
    [["try", "a", "--from", "-1"], 'expected a number of at least 0, found "-1"'],
    [["try", "a", "--from", "0x10"], 'found "0x10"'],
    [["try", "a", "--from", ""], 'found ""'],
    [["try", "a", "--fold", "1.5"], 'expected a whole number of at least 0, found "1.5"'],
    [["try", "a", "--format", "8"], 'expected one of 16, 212, found "8"'],
    [["group", "go", "too-much"], "too many arguments"],
    [["tri", "a"], "unknown command 'tri' (Did you mean try?)"],
    [["--nonsense"], "unknown option '--nonsense'"],
  ])("answers the wrong usage %j with one sentence and code 2", async (argv, sentence) => {
    const { code, stdout, stderr } = await run(argv);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it.each([[[]], [["group"]]])(
    "shows the overview on stderr and code 2 where no command is given: %j",
    async (argv) => {
      const { code, stdout, stderr } = await run(argv);
      expect(code).toBe(2);
      expect(stderr).toContain("Usage: einthoven");
      expect(stdout).toBe("");
    },
  );

  it("shows help with summaries, arguments, options and examples on stdout", async () => {
    const overview = await run(["--help"]);
    expect(overview.code).toBe(0);
    expect(overview.stdout).toMatch(/try .*try a recording/);
    const help = await run(["try", "--help"]);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("einthoven try mitdb/100");
    expect(help.stdout).toContain("--from <seconds>");
    expect(help.stdout).toContain("--json");
    expect((await run(["help", "try"])).stdout).toBe(help.stdout);
  });

  it("prints the package's version", async () => {
    expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("turns an error that a person can put right into its sentence and code 1", async () => {
    expect(await run(["try", "a"], refuse)).toEqual({
      code: 1,
      stdout: "",
      stderr: "Cannot fit recording x: expected lead MLII, found V1, V2\n",
    });
  });

  it("shows the stack of any error only with --debug", async () => {
    const plain = await run(["try", "a"], crash);
    expect(plain.code).toBe(1);
    expect(plain.stderr).toBe(
      "Cannot go on: found an error nobody expected, TypeError: x is not a function (--debug shows where)\n",
    );
    const debug = await run(["try", "a", "--debug"], crash);
    expect(debug.code).toBe(1);
    expect(debug.stderr).toMatch(/\n\s+at .*run-cli\.test\.ts/);
  });

  it("ends with code 130 after Ctrl-C, once the command has cleaned up", async () => {
    const controller = new AbortController();
    let cleaned = false;
    const waiting: Action = async (_, { signal }) => {
      try {
        await new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error));
          controller.abort();
        });
      } finally {
        cleaned = true;
      }
    };
    const pending = run(["try", "a"], waiting, { signal: controller.signal });
    expect(await pending).toEqual({ code: 130, stdout: "", stderr: "Interrupted.\n" });
    expect(cleaned).toBe(true);
  });

  it("respects NO_COLOR and dumb terminals", async () => {
    const isTty = { stdout: true, stderr: true };
    const seen: boolean[] = [];
    const look: Action = async (_, { colour }) => void seen.push(colour);
    await run(["try", "a"], look, { isTty, env: {} });
    await run(["try", "a"], look, { isTty, env: { NO_COLOR: "1" } });
    await run(["try", "a"], look, { isTty, env: { TERM: "dumb" } });
    await run(["try", "a"], look, { env: {} });
    expect(seen).toEqual([true, false, false, false]);
  });
});
