// Reading a MIT-BIH record (header, two leads to physical units with checksums, annotations), ours against wfdb-python:
// `node bench/wfdb-read.js MITDB_FOLDER [PYTHON]`, after `npm run build`. Batches take turns, so that a busy machine
// slows both; the ratio is the median of the ratios of neighbouring batches.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { diskFolder } from "../dist/core/file-source.node.js";
import { readWfdb } from "../dist/formats/index.js";

/**
 * @param {{ dataDirectory: string, python?: string, record?: string, batches?: number, rounds?: number }} options
 *   `dataDirectory` holds the MIT-BIH files; `python` has wfdb installed, without it only our own time is measured
 * @returns {Promise<{ record: string, einthovenMs: number, wfdbPythonMs?: number, ratio?: number }>} medians; `ratio` is
 *   how many times faster ours is
 */
export async function benchWfdbRead({ dataDirectory, python, record = "100", batches = 9, rounds = 7 }) {
  const folder = diskFolder(dataDirectory);
  for (let i = 0; i < 20; i++) await readOnce(folder, record);
  const peer = python === undefined ? undefined : openPeer(python, [dataDirectory, record]);
  const ours = [];
  const theirs = [];
  const ratios = [];
  try {
    for (let batch = 0; batch < batches; batch++) {
      const times = [];
      for (let i = 0; i < rounds; i++) times.push(await readOnce(folder, record));
      ours.push(...times);
      if (peer === undefined) continue;
      const peerTimes = await peer.measure(rounds);
      theirs.push(...peerTimes);
      ratios.push(median(peerTimes) / median(times));
    }
  } finally {
    peer?.close();
  }
  return {
    record,
    einthovenMs: median(ours),
    ...(peer === undefined ? {} : { wfdbPythonMs: median(theirs), ratio: median(ratios) }),
  };
}

async function readOnce(folder, record) {
  const start = performance.now();
  const recording = await readWfdb(folder, record);
  const elapsed = performance.now() - start;
  for (const { encoding } of recording.leads) {
    if (encoding.checksum.found !== encoding.checksum.expected) throw new Error(`${record}: checksum differs`);
  }
  if (recording.annotations.length === 0) throw new Error(`${record}: no annotations`);
  return elapsed;
}

function openPeer(python, args) {
  const script = fileURLToPath(new URL("peers/wfdb_read.py", import.meta.url));
  const child = spawn(python, [script, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    measure: async (rounds) => {
      child.stdin.write(`${rounds}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${python} ${script} ended without an answer`);
      return JSON.parse(value);
    },
    close: () => child.stdin.end(),
  };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dataDirectory, python] = process.argv.slice(2);
  if (dataDirectory === undefined) throw new Error("Usage: node bench/wfdb-read.js MITDB_FOLDER [PYTHON]");
  console.log(JSON.stringify(await benchWfdbRead({ dataDirectory, ...(python === undefined ? {} : { python }) })));
}
