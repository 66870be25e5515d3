import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../bench/main.js", import.meta.url));

/** Runs the benches' script in a process of its own. */
function bench(...given: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...given], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe("npm run bench", () => {
  it("says what it can do", async () => {
    const { code, stdout, stderr } = await bench("--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const word of ["Usage: npm run bench", "engine", "browser", "wfdb", "beats", "--python PATH"]) {
      expect(stdout).toContain(word);
    }
  });

  it("says what is wrong with how it was called", async () => {
    const [option, name] = await Promise.all([bench("--speed", "3"), bench("engines")]);
    expect(option).toMatchObject({ code: 2, stdout: "" });
    expect(option.stderr).toMatch(/^Unknown option '--speed'[^]*Usage: npm run bench/);
    expect(name).toMatchObject({ code: 2, stderr: "No bench engines: expected engine, browser, wfdb, beats.\n" });
  });
});
