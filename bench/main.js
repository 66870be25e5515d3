// Speed and memory, in turns with the peers where a Python with them is given; `npm run bench -- --help` says how.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

import { benchBrowser } from "./browser.js";
import { benchEngine } from "./engine.js";
import { locateMitdb } from "./locate-mitdb.js";
import { benchWfdbRead } from "./wfdb-read.js";

const run = promisify(execFile);
const benches = {
  /** Training and inference of the zoo's nets against PyTorch. */
  engine: benchEngine,
  /** Training throughput in a browser against PyTorch. */
  browser: benchBrowser,
  /** Reading a MIT-BIH record against wfdb-python. */
  wfdb: async ({ python }) => benchWfdbRead({ python, dataDirectory: (await locateMitdb()).directory }),
  /** All of MIT-BIH into beats: seconds and memory of the whole process, three times. */
  beats: async () => {
    const script = fileURLToPath(new URL("mitdb-beats.js", import.meta.url));
    const results = [];
    for (let i = 0; i < 3; i++) results.push(JSON.parse((await run(process.execPath, [script])).stdout));
    return results;
  },
};

const usage = `Usage: npm run bench [-- NAME …] [options]     (after npm run build)

Speed and memory of this machine, all of these unless named:
  engine    training and inference of the package's nets, against PyTorch
  browser   training in a headless Chromium, against PyTorch
  wfdb      reading a MIT-BIH record, against wfdb-python
  beats     all of MIT-BIH into beats: seconds and memory

Options:
  --python PATH      a Python with the peers (pip install torch numpy wfdb); without it ours alone is measured
  --json             the result on one line
  --help             this text
For engine and browser:
  --seconds S        how long each measurement takes
  --rounds N         how many in turns
For engine:
  --nets a,b         which nets
  --batches 32,128   rows at once
  --out PATH         also writes PATH.json and PATH.md
`;

const options = {
  help: { type: "boolean", default: false },
  python: { type: "string" },
  json: { type: "boolean", default: false },
  nets: { type: "string" },
  rounds: { type: "string" },
  seconds: { type: "string" },
  batches: { type: "string" },
  out: { type: "string" },
};

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const names = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`No bench ${unknown.join(", ")}: expected ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}
const settings = {
  python: values.python,
  ...(values.nets === undefined ? {} : { nets: values.nets.split(",") }),
  ...(values.rounds === undefined ? {} : { rounds: Number(values.rounds) }),
  ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
  ...(values.batches === undefined ? {} : { batches: values.batches.split(",").map(Number) }),
  ...(values.out === undefined ? {} : { out: values.out }),
};
const results = {};
for (const name of names) {
  console.error(`${name} …`);
  results[name] = await benches[name](settings);
}
console.log(JSON.stringify(results, undefined, values.json ? 0 : 2));
