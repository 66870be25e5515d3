import { describe, expect, it } from "vitest";

import { formatCount, formatDuration, formatRate } from "../../src/cli/format-quantity.ts";
import { createProgress } from "../../src/cli/progress.ts";

function setUp({ isTty, columns = 80, colour = false }: { isTty: boolean; columns?: number; colour?: boolean }) {
  const clock = { milliseconds: 0 };
  const written: string[] = [];
  const stderr = { write: (text: string) => written.push(text) };
  const progress = createProgress({ stderr, isTty, colour, columns, now: () => clock.milliseconds });
  return { clock, written, progress };
}

describe("progress", () => {
  it("prints plain lines at most every five seconds where there is no terminal", () => {
    const { clock, written, progress } = setUp({ isTty: false });
    const task = progress.begin({ label: "Reading", total: 48, unit: "records" });
    for (let done = 1; done <= 48; done++) {
      clock.milliseconds += 500;
      task.update(done, `${99 + done}`);
    }
    task.end();
    expect(written).toEqual([
      "Reading  10 of 48 records  20 %  2 records/s  19 s left  109\n",
      "Reading  20 of 48 records  41 %  2 records/s  14 s left  119\n",
      "Reading  30 of 48 records  62 %  2 records/s  9.0 s left  129\n",
      "Reading  40 of 48 records  83 %  2 records/s  4.0 s left  139\n",
      "Reading  48 records in 24 s\n",
    ]);
  });

  it("draws a bar over itself on a terminal, never wider than it", () => {
    const { clock, written, progress } = setUp({ isTty: true, columns: 70 });
    const task = progress.begin({ label: "Getting mitdb", total: 1e8, unit: "bytes" });
    clock.milliseconds = 1000;
    task.update(25e6, "a-long-name.dat");
    clock.milliseconds = 1050;
    task.update(26e6);
    clock.milliseconds = 2000;
    task.update(50e6);
    task.end("done");
    expect(written).toEqual([
      "\r\u001B[2KGetting mitdb  ██░░░░░  25.0 of 100.0 MB  25 %  25.0 MB/s  3.0 s left",
      "\r\u001B[2KGetting mitdb  ████░░░  50.0 of 100.0 MB  50 %  25.0 MB/s  2.0 s left",
      "\r\u001B[2K",
      "Getting mitdb  50.0 MB in 2.0 s  done\n",
    ]);
    for (const text of written) expect([...text.replace("\r\u001B[2K", "")].length).toBeLessThan(70);
  });

  it("counts without an end where nobody knows the total", () => {
    const { clock, written, progress } = setUp({ isTty: true });
    const task = progress.begin({ label: "Scanning", unit: "files" });
    clock.milliseconds = 500;
    task.update(1234);
    expect(written.at(-1)).toBe("\r\u001B[2KScanning  1,234 files  2,468 files/s");
  });

  it("puts a note above the bar and draws the bar again", () => {
    const { clock, written, progress } = setUp({ isTty: true });
    const task = progress.begin({ label: "Reading", total: 10, unit: "records" });
    clock.milliseconds = 1000;
    task.update(1);
    const bar = written.at(-1);
    progress.note("A notice.");
    expect(written.slice(-3)).toEqual(["\r\u001B[2K", "A notice.\n", bar]);
  });

  it("says quantities in words that fit", () => {
    expect(formatCount(93_857_258, "bytes")).toBe("93.9 MB");
    expect(formatCount(1, "files")).toBe("1 file");
    expect(formatCount(1, "records", 48)).toBe("1 of 48 records");
    expect(formatCount(999, "bytes")).toBe("999 B");
    expect(formatCount(650_000, "samples")).toBe("650,000 samples");
    expect(formatRate(0.1, "epochs")).toBe("6.0 epochs/min");
    expect(formatRate(4.25, "records")).toBe("4.3 records/s");
    expect(formatDuration(0.44)).toBe("0.4 s");
    expect(formatDuration(59.6)).toBe("1 min 00 s");
    expect(formatDuration(200)).toBe("3 min 20 s");
    expect(formatDuration(7500)).toBe("2 h 05 min");
  });
});
