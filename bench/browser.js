// Training throughput of the multi-branch CNN in a headless Chromium (WebAssembly) against PyTorch on the CPU of the same machine, in
// turns: replicas in workers, one session with threads; PyTorch eager and as replicas, whose best counts.
import { findChromium } from "../tools/browser/find-chromium.js";
import { openPage, ortAddress } from "../tools/browser/open-page.js";
import { median, openPeer } from "./peer.js";

const modes = ["workers", "threads"];

export async function benchBrowser({ python, seconds = 2, rounds = 7, threads = 2, batch = 128 }) {
  const chromium = findChromium();
  if (chromium === undefined) return { skipped: "no Chromium on the PATH (CHROMIUM=PATH names one)" };
  const peer = python === undefined ? undefined : openPeer("torch_engine.py", { python });
  const peerModes = peer === undefined ? [] : ["eager", "replicas"];
  const entries = { page: "bench/browser-page.js", worker: "dist/train/replicas/replica-worker.web.js" };
  const pages = {};
  const measured = Object.fromEntries([...modes, ...peerModes].map((mode) => [mode, []]));
  try {
    for (const mode of modes) {
      pages[mode] = await openPage({ chromium, entries, timeoutSeconds: 120 });
      await pages[mode].ask("open", { batch, mode, threads, ortAddress });
      // The browser compiles its WebAssembly better while it runs.
      await pages[mode].ask("throughput", { seconds: 8 });
    }
    for (let round = 0; round < rounds; round++) {
      for (const mode of modes) measured[mode].push(await pages[mode].ask("throughput", { seconds }));
      for (const mode of peerModes) {
        const answer = await peer.ask(`train ${mode} multi-branch-cnn ${threads} ${batch} ${seconds}`);
        if (answer.error !== undefined) throw new Error(`PyTorch can't train (${mode}): ${answer.error}`);
        measured[mode].push(answer.samplesPerSecond);
      }
    }
  } finally {
    for (const page of Object.values(pages)) await page.close();
    peer?.close();
  }
  const best = (round, names) => Math.max(...names.map((mode) => measured[mode][round]));
  const ratios = measured[modes[0]].map((_, round) => best(round, modes) / best(round, peerModes));
  return {
    net: "multi-branch CNN, 1×251",
    batch,
    threads,
    samplesPerSecond: Object.fromEntries(
      Object.entries(measured).map(([mode, rates]) => [mode, Math.round(median(rates))]),
    ),
    ...(peer === undefined ? {} : { ratio: median(ratios), ratios }),
  };
}
