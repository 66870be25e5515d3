import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { beforeAll, describe, expect, it } from "vitest";

import { temporaryFolder, writeSample } from "./sample-recording.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
let folder: string;

interface Started {
  readonly code: number | null;
  readonly stderr: string;
  readonly stdout: string;
}

interface StartOptions {
  /** Where its output goes: to the result, or to an open file. */
  readonly stdout?: "pipe" | number;
  readonly whenStarted?: (child: ChildProcess) => void;
}

/** Runs the built program as a person does. */
async function start(argv: readonly string[], { stdout = "pipe", whenStarted }: StartOptions = {}): Promise<Started> {
  const child = spawn(process.execPath, [main, ...argv], { cwd: folder, stdio: ["ignore", stdout, "pipe"] });
  const text = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  whenStarted?.(child);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...text };
}

// The tests of everything but streams and signals run in process; these need `npm run build` first, as `npm test` does.
describe.skipIf(!existsSync(main))("the built program", () => {
  beforeAll(async () => {
    folder = await temporaryFolder();
    await writeSample(folder);
  });

  it("works, fails and is used wrongly with codes 0, 1 and 2", async () => {
    const worked = await start(["info", "sample", "--json"]);
    expect(worked).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(worked.stdout).id).toBe("sample");
    expect((await start(["info", "nowhere"])).code).toBe(1);
    expect((await start(["info"])).code).toBe(2);
  });

  it("is quiet when the reader goes away", async () => {
    const { code, stderr } = await start(["info", "sample"], { whenStarted: (child) => child.stdout?.destroy() });
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  it.skipIf(!existsSync("/dev/full"))("says that the disk is full", async () => {
    const { code, stderr } = await start(["info", "sample"], { stdout: openSync("/dev/full", "w") });
    expect(stderr).toBe("Cannot write the output: the disk is full (ENOSPC)\n");
    expect(code).toBe(1);
  });

  it.skipIf(process.platform === "win32")("leaves nothing half written where a file can't grow any more", async () => {
    // The nearest to a full disk that a test may have: no file larger than one block.
    const script = `ulimit -f 1; exec "${process.execPath}" "${main}" convert sample big.csv`;
    const child = spawn("sh", ["-c", script], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    expect(stderr).toMatch(
      /^Cannot write .*big\.csv: the file would become larger than the system allows \(EFBIG\)\n$/,
    );
    expect(code).toBe(1);
    expect((await readdir(folder)).filter((name) => name.startsWith("big"))).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("ends with code 130 after Ctrl-C", async () => {
    // A server that never answers keeps the program waiting until the signal comes.
    const server = createServer(() => {}).listen(0, "127.0.0.1");
    await once(server, "listening");
    const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const ended = await start(["data", "get", "mitdb", "--from", from, "--data", "data"], {
      whenStarted: (child) => server.once("connection", () => child.kill("SIGINT")),
    });
    expect(ended).toEqual({ code: 130, stdout: "", stderr: "Interrupted.\n" });
    server.closeAllConnections();
    server.close();
  });
});
