import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { cinc2017 } from "../../src/datasets/cinc2017/cinc2017.ts";
import { datasetEntry } from "../../src/datasets/catalogue.ts";
import { downloadDataset, downloadEntry, type DownloadProgress } from "../../src/datasets/download.ts";
import { openOrigin } from "../../src/datasets/file-origin.ts";
import { verifyDataset } from "../../src/datasets/verify.ts";
import { datasetFiles, type WfdbEntry } from "../../src/datasets/wfdb-entry.ts";
import { type FlakyServer, type Mood, startFlakyServer, withChecksums } from "./flaky-server.ts";

const entry = datasetEntry("mitdb") as WfdbEntry;
const good: Mood = { kind: "good" };
const big = "100.dat";
const bigSize = 300_000;

/** Stand-ins for the database's files: their names, other bytes. */
const files = new Map(datasetFiles(entry).map((name) => [name, contentOf(name)]));
const published = withChecksums(files, "mitdb/1.0.0/");

function contentOf(name: string): Uint8Array {
  const random = createRandom(name);
  return Uint8Array.from({ length: name === big ? bigSize : 700 }, () => random.integer(256));
}

describe("downloading a dataset", () => {
  let to: string;
  let server: FlakyServer | undefined;
  beforeEach(async () => {
    to = join(await mkdtemp(join(tmpdir(), "einthoven-download-")), "mitdb");
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    await rm(join(to, ".."), { recursive: true, force: true });
  });
  const start = async (mood: (file: string, time: number) => Mood) => {
    server = await startFlakyServer(published, (path, time) => mood(path.replace("mitdb/1.0.0/", ""), time));
    return { to, from: server.url, backoffSeconds: 0.001 };
  };
  const requestsFor = (file: string) => server!.requests.filter(({ path }) => path.endsWith(`/${file}`));
  const expectComplete = async () => {
    expect((await readdir(to)).sort()).toEqual([...files.keys(), "SHA256SUMS.txt"].sort());
    for (const [name, bytes] of files) expect(Buffer.compare(await readFile(join(to, name)), bytes), name).toBe(0);
  };

  it("brings every file once, tells how far it is, and a second call brings nothing", async () => {
    const options = await start(() => good);
    const news: DownloadProgress[] = [];
    const result = await downloadDataset("mitdb", { ...options, onProgress: (progress) => news.push(progress) });
    await expectComplete();
    expect(result).toMatchObject({ directory: to, skipped: [], replaced: [] });
    expect(result.downloaded).toHaveLength(145);
    expect(news.at(-1)).toMatchObject({ filesDone: 145, filesTotal: 145, bytesDone: bigSize + 144 * 700 });
    expect(server!.requests[0]!.path).toBe("mitdb/1.0.0/SHA256SUMS.txt");

    server!.requests.length = 0;
    const again = await downloadDataset("mitdb", options);
    expect(again).toMatchObject({ downloaded: [], replaced: [] });
    expect(again.skipped).toHaveLength(145);
    expect(server!.requests).toHaveLength(1);
  });

  it("goes on from the byte where a connection was cut", async () => {
    const options = await start((file, time) => (file === big && time <= 2 ? { kind: "cut", bytes: 100_000 } : good));
    await downloadDataset("mitdb", options);
    await expectComplete();
    const ranges = requestsFor(big).map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? "bytes=0-")![1]));
    expect(ranges).toHaveLength(3);
    expect(ranges[1]).toBeGreaterThan(0);
    expect(ranges[2]).toBeGreaterThan(ranges[1]!);
  });

  it("does not give up while each connection brings something", async () => {
    const options = await start((file, time) => (file === big && time <= 9 ? { kind: "cut", bytes: 30_000 } : good));
    await downloadDataset("mitdb", { ...options, retries: 1 });
    await expectComplete();
  });

  it("starts the file again where the server ignores the range", async () => {
    const options = await start((file, time) =>
      file === big ? { kind: "ignores-range", ...(time === 1 ? { cutAfter: 200_000 } : {}) } : good,
    );
    await downloadDataset("mitdb", options);
    await expectComplete();
    expect(requestsFor(big)).toHaveLength(2);
    expect(requestsFor(big)[1]!.range).toMatch(/^bytes=\d+-$/);
  });

  it("tries again after 500, and after 503 when the server says so", async () => {
    const options = await start((file, time) => {
      if (file === "101.atr" && time <= 2) return { kind: "status", status: 500 };
      if (file === "102.atr" && time === 1) return { kind: "status", status: 503, retryAfter: 1 };
      if (file === "SHA256SUMS.txt" && time === 1) return { kind: "status", status: 502 };
      return good;
    });
    const before = performance.now();
    await downloadDataset("mitdb", options);
    expect(performance.now() - before).toBeGreaterThan(900);
    await expectComplete();
  });

  it("gives up on a server that keeps failing, in a sentence, and keeps what is there", async () => {
    const options = await start((file) => (file === "103.dat" ? { kind: "status", status: 500 } : good));
    await expect(downloadDataset("mitdb", { ...options, retries: 2 })).rejects.toThrow(
      /^Cannot download 103\.dat from http:.*: the server answered 500 Internal Server Error \(3 tries; what has/,
    );
    expect(requestsFor("103.dat")).toHaveLength(3);
    expect(await readdir(to)).toContain("100.atr");
    expect(await readdir(to)).not.toContain("103.dat");
  });

  it("says which file the server does not have", async () => {
    const options = await start((file) => (file === "104.hea" ? { kind: "status", status: 404 } : good));
    await expect(downloadDataset("mitdb", options)).rejects.toThrow(
      /^Cannot download 104\.hea from .*: expected it there, found the server answered 404 Not Found$/,
    );
    expect(requestsFor("104.hea")).toHaveLength(1);
  });

  it("does not try again where access is forbidden", async () => {
    const options = await start((file) => (file === "100.hea" ? { kind: "status", status: 403 } : good));
    await expect(downloadDataset("mitdb", options)).rejects.toThrow(
      /100\.hea from .*: the server answered 403 Forbidden$/,
    );
    expect(requestsFor("100.hea")).toHaveLength(1);
  });

  it("throws wrong bytes away and asks once more", async () => {
    const options = await start((file, time) => (file === "105.dat" && time === 1 ? { kind: "wrong-bytes" } : good));
    await downloadDataset("mitdb", options);
    await expectComplete();
    expect(requestsFor("105.dat")).toHaveLength(2);
  });

  it("names the digests where the bytes stay wrong, and leaves nothing of them", async () => {
    const options = await start((file) => (file === "105.dat" ? { kind: "wrong-bytes" } : good));
    await expect(downloadDataset("mitdb", options)).rejects.toThrow(
      /^Cannot download 105\.dat from .*: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64} \(tried twice\)$/,
    );
    const names = await readdir(to);
    expect(names).not.toContain("105.dat");
    expect(names).not.toContain("105.dat.part");
  });

  it("cuts a connection on which nothing arrives", async () => {
    const options = await start((file, time) => (file === big && time === 1 ? { kind: "hangs", bytes: 50_000 } : good));
    await downloadDataset("mitdb", { ...options, stallSeconds: 0.3 });
    await expectComplete();
    expect(requestsFor(big)[1]!.range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it("stops at once when aborted, and the next call goes on from there", async () => {
    const abort = new AbortController();
    const options = await start((file, time) =>
      file === big && time === 1 ? { kind: "hangs", bytes: 120_000 } : good,
    );
    const running = downloadDataset("mitdb", {
      ...options,
      signal: abort.signal,
      onProgress: ({ file, bytesDone }) => {
        if (file === big && bytesDone >= 60_000) setTimeout(() => abort.abort(new Error("stopped by hand")), 50);
      },
    });
    await expect(running).rejects.toThrow("stopped by hand");
    const part = await stat(join(to, `${big}.part`));
    expect(part.size).toBeGreaterThan(0);
    expect(await readdir(to)).not.toContain(big);

    await downloadDataset("mitdb", options);
    await expectComplete();
    expect(requestsFor(big).at(-1)!.range).toBe(`bytes=${part.size}-`);
  });

  it("stops a body that does not hear of the abort, as fetch under load makes them", async () => {
    const deaf = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
    vi.stubGlobal("fetch", async () => new Response(deaf));
    try {
      const abort = new AbortController();
      const answer = await openOrigin("http://nowhere").open(big, { start: 0, signal: abort.signal });
      if (answer.status !== "found") throw new Error(`expected the file, found ${answer.status}`);
      const read = async () => {
        for await (const chunk of answer.chunks) {
          expect(chunk).toHaveLength(10);
          setTimeout(() => abort.abort(new Error("enough")), 10);
        }
      };
      await expect(read()).rejects.toThrow("enough");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("finishes a part that is whole already, and starts one again that is too long", async () => {
    const options = await start(() => good);
    await mkdir(to);
    await writeFile(join(to, "106.dat.part"), contentOf("106.dat"));
    await writeFile(join(to, "107.dat.part"), new Uint8Array(900));
    await downloadDataset("mitdb", options);
    await expectComplete();
    expect(requestsFor("106.dat")).toHaveLength(0);
    expect(requestsFor("107.dat")).toHaveLength(2);
  });

  it("replaces a file whose bytes are not the published ones, and says so", async () => {
    const options = await start(() => good);
    await mkdir(to);
    await writeFile(join(to, "108.atr"), "something else");
    expect(await downloadDataset("mitdb", options)).toMatchObject({ replaced: ["108.atr"] });
    await expectComplete();
  });

  it("copies from a local directory, and from an address that is the dataset itself", async () => {
    const local = join(to, "..", "copy", "mitdb");
    await mkdir(local, { recursive: true });
    for (const [name, bytes] of withChecksums(files, "")) await writeFile(join(local, name), bytes);
    for (const from of [local, join(local, "..")]) {
      await downloadDataset("mitdb", { from, to });
      await expectComplete();
      await rm(to, { recursive: true });
    }
    server = await startFlakyServer(withChecksums(files, ""));
    await downloadDataset("mitdb", { from: `${server.url}/`, to });
    await expectComplete();
  });

  it("says where it looked for the list of digests, and what is wrong with one", async () => {
    await expect(downloadDataset("mitdb", { from: join(to, "nowhere"), to })).rejects.toThrow(
      /^Cannot download mitdb: expected SHA256SUMS\.txt in .*nowhere.*mitdb.*1\.0\.0 or .* or .*nowhere, found none$/,
    );
    const html = new TextEncoder().encode("<html>Please log in</html>");
    server = await startFlakyServer(new Map([["mitdb/1.0.0/SHA256SUMS.txt", html]]));
    await expect(downloadDataset("mitdb", { from: server.url, to })).rejects.toThrow(
      /expected "<SHA-256> <path>", found "<html>Please log in<\/html>" \(.*SHA256SUMS\.txt, line 1\)/,
    );
    await server.close();
    const some = new Map([...files].slice(0, 140));
    server = await startFlakyServer(withChecksums(some, ""));
    await expect(downloadDataset("mitdb", { from: server.url, to })).rejects.toThrow(
      /expected all 145 files in its SHA256SUMS\.txt, found no /,
    );
  });

  it("says that no server answers, and that a folder can't be written", async () => {
    const { from } = await start(() => good);
    await server!.close();
    await expect(downloadDataset("mitdb", { from, to, retries: 1, backoffSeconds: 0.001 })).rejects.toThrow(
      /^Cannot download SHA256SUMS\.txt from .*: fetch failed \(.*ECONNREFUSED.*\) \(2 tries\)$/,
    );
    const options = await start(() => good);
    await writeFile(join(to, "..", "a-file"), "");
    await expect(downloadDataset("mitdb", { ...options, to: join(to, "..", "a-file") })).rejects.toThrow(
      /^Cannot write .*a-file.SHA256SUMS\.txt: /,
    );
  });

  it("has nothing to download for what the program makes itself, nor for a name it does not know", async () => {
    await expect(downloadDataset("synthetic", { to })).rejects.toThrow(/nothing has to be downloaded/);
    await expect(downloadDataset("mitbd", { to })).rejects.toThrow(
      "Cannot find dataset mitbd: expected one of mitdb, ",
    );
  });
});

describe("downloading a dataset whose files only the list of digests names", () => {
  it("brings those that belong to it, and refuses a list that lacks some", async () => {
    const to = await mkdtemp(join(tmpdir(), "einthoven-download-"));
    const small = { ...cinc2017, recordCount: 2, fileCount: 5 };
    const names = ["A00/A00001", "A08/A08528"].flatMap((record) => [
      `training/${record}.hea`,
      `training/${record}.mat`,
    ]);
    const content = new Map(
      [...names, "REFERENCE-v3.csv", "sources/winner.zip"].map((file) => [file, contentOf(file)]),
    );
    const server = await startFlakyServer(withChecksums(content, "challenge-2017/1.0.0/"), (path, time) =>
      path.endsWith("A08528.mat") && time === 1 ? { kind: "cut", bytes: 300 } : good,
    );
    try {
      const options = { to, from: server.url, backoffSeconds: 0.001 };
      const { downloaded } = await downloadEntry(small, options);
      expect([...downloaded].sort()).toEqual(["REFERENCE-v3.csv", ...names]);
      expect((await downloadEntry(small, options)).skipped).toHaveLength(5);
      await expect(downloadEntry({ ...small, fileCount: 17_057 }, options)).rejects.toThrow(
        /expected all 17057 files in its SHA256SUMS\.txt, found 5/,
      );
      expect(await verifyDataset("cinc2017", to)).toMatchObject({ ok: false, right: 5, unlisted: 17_052 });
    } finally {
      await server.close();
      await rm(to, { recursive: true, force: true });
    }
  });
});

describe("verifying a dataset", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "einthoven-verify-"));
    for (const [name, bytes] of withChecksums(files, "")) await writeFile(join(directory, name), bytes);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it("finds a complete copy right", async () => {
    expect(await verifyDataset("mitdb", directory)).toEqual({
      ok: true,
      right: 145,
      missing: [],
      wrong: [],
      extra: [],
      unlisted: 0,
    });
  });

  it("names what is missing, wrong, and not in the list", async () => {
    await rm(join(directory, "100.hea"));
    const damaged = contentOf("234.dat");
    damaged[5]! ^= 1;
    await writeFile(join(directory, "234.dat"), damaged);
    await writeFile(join(directory, "notes.txt"), "mine");
    const found = await verifyDataset("mitdb", directory);
    expect(found).toMatchObject({ ok: false, right: 143, missing: ["100.hea"], extra: ["notes.txt"] });
    expect(found.wrong.map(({ file }) => file)).toEqual(["234.dat"]);
    expect(found.wrong[0]!.found).not.toBe(found.wrong[0]!.expected);
  });

  it("asks for the list of digests where it is missing", async () => {
    await rm(join(directory, "SHA256SUMS.txt"));
    await expect(verifyDataset("mitdb", directory)).rejects.toThrow(/Get it with: einthoven data get mitdb$/);
  });
});
