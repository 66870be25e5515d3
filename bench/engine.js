// Training and inference of the zoo's nets, ours against PyTorch on the CPU, in turns on the same number of threads.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { architectures } from "../dist/models/index.js";
import { engineNets } from "./engine-nets.js";
import { engineTable } from "./engine-table.js";
import { openNet, openProduct } from "./engine-training.js";
import { median, openPeer } from "./peer.js";

const run = promisify(execFile);
const script = "torch_engine.py";
const modes = { train: ["eager", "compile", "replicas"], infer: ["eager", "compile", "replicas", "streams"] };

/**
 * Options: `nets` (names), `rounds`, `seconds` a measurement, `batches`, `threads`, and `out`, a path without its ending, where
 * the JSON and a Markdown table are written.
 */
export async function benchEngine({ python, nets, seconds = 1, rounds = 5, threads = 2, batches = [32, 128], out }) {
  const known = new Set(architectures.map(({ name }) => name));
  const isKnown = ({ name, architecture = name }) => known.has(architecture);
  const wanted = engineNets.filter(({ name }) => nets === undefined || nets.includes(name));
  const missing = wanted.filter((net) => !isKnown(net)).map(({ name }) => name);
  if (missing.length > 0) console.error(`  not in the registry: ${missing.join(", ")}`);
  const results = [];
  for (const net of wanted.filter(isKnown)) {
    for (const batch of batches) {
      const measured = await measureNet(net, { python, seconds, rounds, threads, batch });
      results.push(measured);
      console.error(`  ${summary(measured)}`);
    }
  }
  if (out !== undefined) {
    await writeFile(`${out}.json`, `${JSON.stringify(results, undefined, 1)}\n`);
    await writeFile(`${out}.md`, engineTable(results));
  }
  return results;
}

/** One net at one batch size: every side in each round, ratios by round. */
async function measureNet(net, { python, seconds, rounds, threads, batch }) {
  const peer = python === undefined ? undefined : openPeer(script, { python });
  const info = peer === undefined ? undefined : await peer.ask(`info ${net.name}`);
  const theirs = info?.known === true ? peer : undefined;
  const ours = await openNet(net, { batch, threads });
  const product = await openProduct({ threads });
  const taken = { training: [], inference: [], product: [] };
  const failures = new Map();
  const asked = async (kind, mode) => {
    if (theirs === undefined || failures.has(mode)) return undefined;
    const answer = await theirs.ask(`${kind} ${mode} ${net.name} ${threads} ${batch} ${seconds}`);
    if (answer.error !== undefined) failures.set(mode, answer.error);
    return answer.samplesPerSecond;
  };
  const round = async () => {
    const training = { einthoven: await ours.train(seconds) };
    for (const mode of modes.train) training[mode] = await asked("train", mode);
    const inference = { streams: await ours.infer.streams(seconds), exported: await ours.infer.exported(seconds) };
    for (const mode of modes.infer) inference[`torch ${mode}`] = await asked("infer", mode);
    const products = [await product(seconds / 4)];
    if (theirs !== undefined) products.push((await theirs.ask(`gemm ${threads} ${seconds / 4}`)).gigaflops);
    return { training, inference, product: Math.max(...products) };
  };
  await round();
  for (let i = 0; i < rounds; i++) {
    const found = await round();
    for (const [kind, value] of Object.entries(found)) taken[kind].push(value);
  }
  await ours.close();
  peer?.close();
  const memory = await peakMemory(net, { python: theirs && python, threads, batch });
  const gigaflops = median(taken.product);
  const { title, name, channels, samples, bars } = net;
  return {
    net: name,
    title: `${title}, ${channels}×${samples}`,
    batch,
    threads,
    rounds,
    bars: { training: bars[0], inference: bars[1] },
    gigaflopsOfProduct: gigaflops,
    training: compare(taken.training, { own: ["einthoven"], work: info?.multiplyAdds?.training, gigaflops }),
    inference: compare(taken.inference, {
      own: ["streams", "exported"],
      work: info?.multiplyAdds?.forward,
      gigaflops,
    }),
    megabytes: memory,
    ...(info?.torch === undefined ? {} : { torch: info.torch }),
    failures: Object.fromEntries(failures),
  };
}

/** Medians of each way, and of each round's ratio of our best to their best way. */
function compare(rounds, { own, work, gigaflops }) {
  const ways = Object.keys(rounds[0]).filter((way) => rounds[0][way] !== undefined);
  const samplesPerSecond = Object.fromEntries(
    ways.map((way) => [way, Math.round(median(rounds.map((each) => each[way])))]),
  );
  const best = (names) => names.reduce((a, b) => (samplesPerSecond[b] > samplesPerSecond[a] ? b : a));
  const peers = ways.filter((way) => !own.includes(way));
  const [ours, theirs] = [best(own), peers.length === 0 ? undefined : best(peers)];
  const ratios = theirs === undefined ? undefined : rounds.map((each) => each[ours] / each[theirs]);
  const share = (way) => (2 * work * samplesPerSecond[way]) / 1e9 / gigaflops;
  return {
    samplesPerSecond,
    ours,
    theirs,
    ...(ratios === undefined ? {} : { ratio: median(ratios), ratios }),
    ...(work === undefined ? {} : { shareOfProduct: share(ours), ...(theirs && { shareOfTheirs: share(theirs) }) }),
  };
}

/** Of processes that only train this net. */
async function peakMemory({ name }, { python, threads, batch }) {
  const file = fileURLToPath(new URL("engine-memory.js", import.meta.url));
  const { stdout } = await run(process.execPath, [file, name, `${batch}`, `${threads}`]);
  const result = { einthoven: JSON.parse(stdout).megabytes };
  for (const mode of python === undefined ? [] : ["eager", "replicas"]) {
    const peer = openPeer(script, { python });
    const answer = await peer.ask(`memory ${mode} ${name} ${threads} ${batch}`);
    if (answer.megabytes !== undefined) result[mode] = answer.megabytes;
    peer.close();
  }
  return result;
}

function summary({ title, batch, training, inference }) {
  const one = (kind, { samplesPerSecond, ratio }) =>
    `${kind} ${Object.entries(samplesPerSecond)
      .map(([way, value]) => `${way} ${value}`)
      .join(", ")}${ratio === undefined ? "" : `: ${ratio.toFixed(2)}`}`;
  return `${title}, batch ${batch}: ${one("training", training)}; ${one("inference", inference)}`;
}
