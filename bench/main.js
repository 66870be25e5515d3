// npm run bench [-- NAME …] [--python PATH] [--json]: speed and memory, in turns with the peers where a Python with them is given.
// Needs `npm run build`. Peers: pip install torch numpy wfdb. For the engine: --nets a,b --rounds N --seconds S --batches 32,128
// --out PATH (writes PATH.json and PATH.md).
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string" },
    json: { type: "boolean", default: false },
    nets: { type: "string" },
    rounds: { type: "string" },
    seconds: { type: "string" },
    batches: { type: "string" },
    out: { type: "string" },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`No bench ${unknown.join(", ")}: expected ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}
const options = {
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
  results[name] = await benches[name](options);
}
console.log(JSON.stringify(results, undefined, values.json ? 0 : 2));
