// Our half of wfdb_compare.py: `node tools/golden/wfdb_compare.js DATA_FOLDER [COUNT]` prints a line of JSON for every
// MIT-BIH record and for COUNT records each of CinC 2017 and PTB-XL, evenly spread.
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { diskFolder } from "../../dist/core/file-source.node.js";
import { readWfdb } from "../../dist/formats/index.js";

const [data, count = "200"] = process.argv.slice(2);
const folder = diskFolder(data);
for (const path of [...pick("mitdb", Infinity), ...pick("cinc2017", Number(count)), ...pick("ptb-xl", Number(count))]) {
  const recording = await readWfdb(folder, path, { digital: true });
  const leads = recording.leads.map(({ name, samples, encoding }) => [
    name,
    digest(new Uint8Array(encoding.digital.buffer)),
    digest(new Uint8Array(Uint32Array.from(new Uint32Array(samples.buffer), canonicalNaN).buffer)),
  ]);
  const lines = recording.annotations.map(
    ({ sample, symbol, subtype = 0, channel = 0, num = 0, aux = "" }) =>
      `${sample} ${symbol} ${subtype} ${channel} ${num} ${aux}\n`,
  );
  const annotations = path.startsWith("mitdb") ? { annotations: [lines.length, digest(lines.join(""))] } : {};
  console.log(JSON.stringify({ path, leads, ...annotations }));
}

/** Record paths below a folder, at most `most`, evenly spread. */
function pick(name, most) {
  const all = readdirSync(join(data, name), { recursive: true })
    .filter((file) => file.endsWith(".hea"))
    .map((file) => `${name}/${file.slice(0, -4)}`)
    .sort();
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor(i * step)]);
}

function canonicalNaN(bits) {
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : bits;
}

function digest(content) {
  return createHash("sha256").update(content).digest("hex");
}
