import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

// @ts-expect-error: a plain script without types
import { checkImports } from "../../tools/check-imports.js";

async function problemsOf(files: Record<string, string>): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), "einthoven-imports-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return checkImports(root) as string[];
}

describe("check-imports", () => {
  it("accepts what the table allows", async () => {
    const problems = await problemsOf({
      "core/a.ts": "export const a = 1;",
      "signal/b.ts": 'import { a } from "../core/a.ts";\nexport const b = a;',
      "core/c.node.ts": 'import { readFile } from "node:fs/promises";\nexport const c = readFile;',
    });
    expect(problems).toEqual([]);
  });

  it.each([
    ["a static import", 'import { a } from "../signal/a.ts";'],
    ["a type-only import", 'import type { A } from "../signal/a.ts";'],
    ["a re-export", 'export * from "../signal/a.ts";'],
    ["a dynamic import", 'const a = await import("../signal/a.ts");'],
    ["an import in a type", 'type A = import("../signal/a.ts").A;'],
    ["an import over several lines", 'import {\n  a,\n  b,\n} from "../signal/a.ts";'],
    ["an import for its effect", 'import "../signal/a.ts";'],
  ])("finds %s against the table", async (_, line) => {
    const problems = await problemsOf({ "core/x.ts": line, "signal/a.ts": "export const a = 1;" });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^src\/core\/x.ts:\d+: core\/ may not import signal\/ \(allowed: nothing\)$/);
  });

  it("ignores comments", async () => {
    const text = '// import { a } from "../signal/a.ts";\n/* import "../signal/a.ts" */\nexport {};';
    expect(await problemsOf({ "core/x.ts": text })).toEqual([]);
  });

  it("finds Node in browser-safe files, but not in *.node.ts", async () => {
    expect(await problemsOf({ "core/x.ts": 'import fs from "node:fs";' })).toHaveLength(1);
    expect(await problemsOf({ "core/x.ts": 'import path from "path";' })).toHaveLength(1);
    expect(await problemsOf({ "core/x.node.ts": 'import fs from "node:fs";' })).toEqual([]);
    expect(await problemsOf({ "core/x.ts": 'import "./y.node.ts";', "core/y.node.ts": "" })).toHaveLength(1);
  });

  it("finds cycles and unknown folders", async () => {
    const cycle = await problemsOf({ "core/a.ts": 'import "./b.ts";', "core/b.ts": 'import "./a.ts";' });
    expect(cycle).toEqual(["import cycle: src/core/a.ts → src/core/b.ts → src/core/a.ts"]);
    expect(await problemsOf({ "utils/a.ts": "" })).toHaveLength(1);
  });

  it("lets bundle/ see only the ONNX encoding of tensor/", async () => {
    const files = { "tensor/onnx/a.ts": "", "tensor/b.ts": "" };
    expect(await problemsOf({ ...files, "bundle/x.ts": 'import "../tensor/onnx/a.ts";' })).toEqual([]);
    expect(await problemsOf({ ...files, "bundle/x.ts": 'import "../tensor/b.ts";' })).toHaveLength(1);
  });
});
