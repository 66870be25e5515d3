import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, string | { readonly node: string; readonly default: string }>>;
};

/** What a person's own program imports, by entry point. */
const program = `
import { diskFolder } from "einthoven/core/node";
import { memoryFolder } from "einthoven/core";
import { readWfdb } from "einthoven/formats";
import { loadArchitecture } from "einthoven/models/node";
import { openModelBytes as openAnywhere, openPredictor } from "einthoven/runtime";
import { openModelBytes, openModelFile } from "einthoven/runtime/node";
import { openModelBytes as openInPage } from "einthoven/runtime/web";
import { runRecipe } from "einthoven/train/node";

export const read = (directory: string) => readWfdb(diskFolder(directory), "119");
export const predictors = (bytes: Uint8Array) =>
  [openAnywhere, openModelBytes, openInPage].map((open) => open(bytes, { file: "m.onnx" }));
export const others = [openModelFile, openPredictor, loadArchitecture, runRecipe, memoryFolder];
`;

describe("entry points", () => {
  it("have the Node side of each at a path of its own, for programs that resolve without the condition node", () => {
    for (const [path, target] of Object.entries(manifest.exports)) {
      if (typeof target === "object") expect(manifest.exports[`${path}/node`]).toBe(target.node);
    }
  });

  it.each([
    { module: "esnext", moduleResolution: "bundler" },
    { module: "nodenext", moduleResolution: "nodenext" },
  ])("are found by TypeScript with moduleResolution $moduleResolution", async (resolution) => {
    const directory = await mkdtemp(join(tmpdir(), "einthoven-consumer-"));
    await mkdir(join(directory, "node_modules"));
    await symlink(root, join(directory, "node_modules", "einthoven"));
    const compilerOptions = {
      ...resolution,
      target: "es2023",
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    };
    await writeFile(join(directory, "package.json"), JSON.stringify({ type: "module" }));
    await writeFile(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    await writeFile(join(directory, "program.ts"), program);
    expect(await compile(directory)).toBe("");
  });
});

/** What TypeScript says of a project. */
function compile(directory: string): Promise<string> {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, "-p", directory], (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}
