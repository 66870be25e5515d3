import { Option } from "commander";
import { describe, expect, it } from "vitest";

import { buildProgram, type Invocation } from "../../src/cli/build-program.ts";
import { commandTable } from "../../src/cli/command-table.ts";
import { runInProcess } from "./run-in-process.ts";

describe.each(commandTable)("command $name", ({ name, load }) => {
  it("is declared completely", async () => {
    const { description, options, examples } = await load();
    expect(description).toMatch(/^[A-Z].*[.]$/s);
    expect(examples.length).toBeGreaterThan(0);
    for (const [key, { flags, description }] of Object.entries(options)) {
      expect(new Option(flags).attributeName()).toBe(key);
      expect(description).toMatch(/^[^A-Z]|^[A-Z]+\b/);
    }
  });

  it("has examples that parse", async () => {
    const { examples } = await load();
    for (const { command } of examples) {
      const argv = command.split(" ");
      const found: Invocation[] = [];
      const program = await buildProgram({
        table: commandTable,
        version: "0",
        argv,
        invoke: (invocation) => found.push(invocation),
      });
      for (const each of [program, ...program.commands]) each.exitOverride().configureOutput({ writeErr: () => {} });
      await program.parseAsync(argv, { from: "user" });
      expect(found).toHaveLength(1);
      expect(argv.slice(0, name.split(" ").length).join(" ")).toBe(name);
    }
  });

  it("shows its help, with every option, in at most 100 columns", async () => {
    const { options } = await load();
    const { code, stdout, stderr } = await runInProcess([...name.split(" "), "--help"], { columns: 200 });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: einthoven ${name}`);
    for (const { flags } of Object.values(options)) expect(stdout).toContain(flags);
  });
});

describe("the table", () => {
  it("has each name once", () => {
    const names = commandTable.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
