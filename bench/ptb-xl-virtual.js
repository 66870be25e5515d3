// PTB-XL at its full size, with virtual recordings of the same shape and format: `node bench/ptb-xl-virtual.js write DIR [RECORDINGS]`
// makes them once (21,799 × 12 × 1,000 samples as WFDB format 16), `node bench/ptb-xl-virtual.js read DIR` reads all of it as a
// training does: metadata, labels, then every recording into one Float32Array [recording, lead, sample]. After `npm run build`.
import { homedir } from "node:os";
import { resolve } from "node:path";

import { locateDataset, writePtbXlLayout } from "../dist/datasets/index.js";

const [mode, folder, count] = process.argv.slice(2);
if ((mode !== "write" && mode !== "read") || folder === undefined) {
  console.error("expected: write DIR [RECORDINGS], or read DIR");
  process.exit(2);
}
const directory = resolve(folder);
const start = performance.now();
const seconds = () => Math.round((performance.now() - start) / 10) / 100;
const peakMegabytes = () => Math.round(process.resourceUsage().maxRSS / 1024);

if (mode === "write") {
  await writePtbXlLayout(directory, {
    ...(count === undefined ? {} : { recordings: Number(count) }),
    onRecording: (done) => {
      if (done % 2000 === 0) console.error(`${done} recordings, ${seconds()} s`);
    },
  });
  console.log(JSON.stringify({ seconds: seconds(), peakMegabytes: peakMegabytes() }));
} else {
  const dataset = await locateDataset("ptb-xl", { dataDirectory: directory, env: {}, home: homedir() });
  const labels = await dataset.labels("superdiagnostic");
  const metadataSeconds = seconds();
  const { recordNames } = dataset;
  const [leads, samples] = [12, 1000];
  const all = new Float32Array(recordNames.length * leads * samples);
  let at = 0;
  let notices = 0;
  for (const record of recordNames) {
    const recording = await dataset.open(record);
    notices += recording.notices.length;
    for (const lead of recording.leads) {
      all.set(lead.samples, at);
      at += lead.samples.length;
    }
  }
  if (at !== all.length) throw new Error(`expected ${all.length} samples, found ${at}`);
  console.log(
    JSON.stringify({
      recordings: recordNames.length,
      labelled: labels.of.size,
      notices,
      metadataSeconds,
      seconds: seconds(),
      peakMegabytes: peakMegabytes(),
      dataMegabytes: Math.round(all.byteLength / 2 ** 20),
    }),
  );
}
