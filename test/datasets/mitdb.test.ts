import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { downloadDataset, locateDataset, verifyDataset } from "../../src/datasets/index.ts";

const dataDirectory = process.env.EINTHOVEN_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const copy = join(dataDirectory, "mitdb");
const present = existsSync(join(copy, "100.dat")) && existsSync(join(copy, "SHA256SUMS.txt"));

describe.skipIf(!present)(`the real MIT-BIH database${present ? "" : " (skipped: no copy at hand)"}`, () => {
  it("is located, and its records carry their person", async () => {
    const mitdb = await locateDataset("mitdb", { dataDirectory, env: {}, home: "" });
    expect(mitdb.recordNames).toHaveLength(48);
    const [first, second] = [await mitdb.open("201"), await mitdb.open("202")];
    expect(first).toMatchObject({ id: "201", sampleRate: 360, sampleCount: 650_000 });
    expect(first.leads.map(({ name }) => name)).toEqual(["MLII", "V1"]);
    expect(first.annotations.length).toBeGreaterThan(1900);
    expect(second.patientId).toBe(first.patientId);
  });

  it("is what PhysioNet published", async () => {
    expect(await verifyDataset("mitdb", copy)).toMatchObject({ ok: true, missing: [], wrong: [] });
  });

  it("is copied with the size that the catalogue states", async () => {
    const to = await mkdtemp(join(tmpdir(), "einthoven-mitdb-"));
    try {
      let last = { bytesDone: 0, bytesTotal: -1 };
      const result = await downloadDataset("mitdb", { from: copy, to, onProgress: (progress) => (last = progress) });
      expect(result.downloaded).toHaveLength(145);
      expect(last.bytesDone).toBe(last.bytesTotal);
    } finally {
      await rm(to, { recursive: true, force: true });
    }
  });
});
