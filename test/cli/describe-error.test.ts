import { describe, expect, it } from "vitest";

import { describeError } from "../../src/cli/describe-error.ts";
import { FormatError, UserError } from "../../src/core/errors.ts";

function systemError(code: string, details: { syscall?: string; path?: string; dest?: string } = {}): Error {
  return Object.assign(new Error(`${code}: as the system says it`), { code, errno: -1, ...details });
}

describe("describeError", () => {
  it.each([
    [
      systemError("ENOSPC", { syscall: "write", path: "/out/a.csv.part-12" }),
      "Cannot write /out/a.csv: the disk is full (ENOSPC)",
    ],
    [systemError("ENOSPC", { syscall: "write" }), "Cannot write the output: the disk is full (ENOSPC)"],
    [systemError("EACCES", { syscall: "open", path: "100.dat" }), "Cannot open 100.dat: permission denied (EACCES)"],
    [systemError("EACCES", { syscall: "mkdir", path: "/out" }), "Cannot make /out: permission denied (EACCES)"],
    [systemError("ENOENT", { syscall: "open", path: "x" }), "Cannot open x: there is no such file or folder (ENOENT)"],
    [systemError("EISDIR", { syscall: "read", path: "d" }), "Cannot read d: it is a folder, not a file (EISDIR)"],
    [
      systemError("EISDIR", { syscall: "rename", path: "a.part-1", dest: "a" }),
      "Cannot write a: it is a folder, not a file (EISDIR)",
    ],
    [new UserError("Cannot do this:\n  found that"), "Cannot do this: found that"],
    [new FormatError("Cannot read it", { file: "a.hea", line: 3 }), "Cannot read it (a.hea, line 3)"],
    [new RangeError("bad"), "Cannot go on: found an error nobody expected, RangeError: bad (--debug shows where)"],
    ["text", "Cannot go on: found an error nobody expected, text (--debug shows where)"],
    [undefined, "Cannot go on: found an error nobody expected, undefined (--debug shows where)"],
  ])("%s", (error, sentence) => {
    expect(describeError(error)).toBe(sentence);
  });
});
