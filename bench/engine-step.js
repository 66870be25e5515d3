// One training step of the multi-branch CNN (1×251, three branches, 773,684 parameters, 4 classes) by the tensor engine:
// forward, cross-entropy with an L2 penalty on the convolutions, backward (one session), RMSprop over the flat vector
// of parameters (another). Imports dist/: run `npm run build` first.
// Usage: node bench/engine-step.js [--batch 64] [--threads 1] [--seconds 2] [--rounds 3] [--profile FILE-PREFIX]
// Prints one JSON document: wall and CPU milliseconds per step, median over steps and least over rounds.
import { parseArgs } from "node:util";

import * as ort from "onnxruntime-node";

import { createRandom } from "../dist/core/index.js";
import * as t from "../dist/tensor/index.js";

const parameterOf = (name, shape, fanIn) => t.parameter(name, shape, { initialise: { kind: "heUniform", fanIn } });

/** x [batch, 1, 251] → logits [batch, 4], and the convolutions' kernels. */
function buildNet(x) {
  const batch = x.shape[0];
  const kernels = [];
  const branches = [
    [4, 6],
    [6, 8],
    [8, 10],
  ].map((sizes, branch) => {
    let y = x;
    sizes.forEach((size, stage) => {
      const channels = y.shape[1];
      const name = `branch${branch + 1}.conv${stage + 1}`;
      const kernel = parameterOf(`${name}.weight`, [[8, 16][stage], channels, size], channels * size);
      kernels.push(kernel);
      y = t.maxPool1d(t.relu(t.conv1d(y, kernel, { padding: "same", name })), { size: 2 });
    });
    return t.reshape(y, [batch, y.shape[1] * y.shape[2]]);
  });
  let y = t.concat(branches, 1);
  [256, 32, 4].forEach((units, index) => {
    const features = y.shape[1];
    const weight = parameterOf(`dense${index + 1}.weight`, [features, units], features);
    y = t.add(t.matmul(y, weight), parameterOf(`dense${index + 1}.bias`, [units], features));
    if (index < 2) y = t.relu(y);
  });
  return { logits: y, kernels };
}

/** The training step of a batch as two models, and the parameters in the order of the flat vector. */
export function buildStep(batch) {
  const x = t.input("x", [batch, 1, 251]);
  const { logits, kernels } = buildNet(x);
  const labels = t.input("y", [batch, 4]);
  const weights = t.input("w", [batch]);
  const data = t.reduceSum(t.mul(t.softmaxCrossEntropy(logits, labels), weights));
  const penalty = kernels.map((kernel) => t.reduceSum(t.square(kernel))).reduce((a, b) => t.add(a, b));
  const loss = t.add(data, t.scale(penalty, 1e-4));
  const { parameters } = t.leavesOf([loss]);
  const outputs = { loss };
  t.gradients(loss, parameters).forEach((slope, i) => (outputs[`slope/${t.leafName(parameters[i])}`] = slope));
  const size = parameters.reduce((sum, each) => sum + sizeOf(each.shape), 0);
  return { gradient: t.encodeOnnx({ outputs }), update: encodeUpdate(tileSize), parameters, size };
}

/** Values updated at once, so that the passes over them stay in the cache. */
const tileSize = 98304;

/** RMSprop (Tieleman & Hinton 2012) over vectors. */
function encodeUpdate(size) {
  const [p, g, s] = ["p", "g", "s"].map((name) => t.input(name, [size]));
  const next = t.add(t.scale(s, 0.9), t.scale(t.square(g), 0.1));
  const step = t.div(t.mul(g, t.input("rate", [1])), t.add(t.sqrt(next), t.scalar(1e-7)));
  return t.encodeOnnx({ outputs: { p_next: t.sub(p, step), s_next: next } });
}

const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** Opens both sessions and returns a function that takes one step. */
export async function openStep({ batch, threads, profile }) {
  const { gradient, update, parameters, size } = buildStep(batch);
  const options = { threads, ...(profile === undefined ? {} : { profile }) };
  const gradients = await t.createExecutor(ort, gradient, options);
  const updates = await t.createExecutor(ort, update, { threads });
  const random = createRandom(1);
  const padded = Math.ceil(size / tileSize) * tileSize;
  const [p, g, s] = Array.from({ length: 3 }, () => new Float32Array(padded));
  const loss = new Float32Array(1);
  const places = [];
  let start = 0;
  for (const parameter of parameters) {
    const values = t.initialiseParameter(parameter, random);
    p.set(values, start);
    places.push({ name: t.leafName(parameter), start, end: start + values.length });
    start += values.length;
  }
  const x = Float32Array.from({ length: batch * 251 }, () => random.normal());
  const y = new Float32Array(batch * 4);
  for (let row = 0; row < batch; row++) y[row * 4 + random.integer(4)] = 1;
  const w = new Float32Array(batch).fill(1 / batch);
  const targets = { loss };
  for (const place of places) targets[`slope/${place.name}`] = g.subarray(place.start, place.end);
  const feeds = { x, y, w };
  for (const place of places) feeds[place.name] = p.subarray(place.start, place.end);
  const rate = Float32Array.of(1e-3);
  // The new values replace the old ones in place: each is read before it is written.
  const tiles = Array.from({ length: padded / tileSize }, (_, tile) => {
    const part = (vector) => vector.subarray(tile * tileSize, (tile + 1) * tileSize);
    const [tileP, tileS] = [part(p), part(s)];
    return { feeds: { p: tileP, g: part(g), s: tileS, rate }, targets: { p_next: tileP, s_next: tileS } };
  });
  const step = async () => {
    await gradients.run(feeds, targets);
    for (const tile of tiles) await updates.run(tile.feeds, tile.targets);
    return loss[0];
  };
  const close = async () => {
    await gradients.close();
    await updates.close();
  };
  return { step, close };
}

/** Median wall milliseconds and mean CPU milliseconds per step. */
export async function measure(step, seconds) {
  for (let i = 0; i < 5; i++) await step();
  const times = [];
  const cpu = process.cpuUsage();
  const begin = performance.now();
  while (performance.now() < begin + seconds * 1e3 || times.length < 10) {
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  return { wall: times[times.length >> 1], least: times[0], cpu: (user + system) / 1e3 / times.length };
}

async function main() {
  const { values } = parseArgs({
    options: {
      batch: { type: "string", default: "32,64,128" },
      threads: { type: "string", default: "1" },
      seconds: { type: "string", default: "2" },
      rounds: { type: "string", default: "3" },
      profile: { type: "string" },
    },
  });
  const results = [];
  for (const threads of values.threads.split(",").map(Number)) {
    for (const batch of values.batch.split(",").map(Number)) {
      const { step, close } = await openStep({ batch, threads, profile: values.profile });
      const rounds = [];
      for (let round = 0; round < Number(values.rounds); round++)
        rounds.push(await measure(step, Number(values.seconds)));
      await close();
      const least = (key) => Math.min(...rounds.map((round) => round[key]));
      results.push({ threads, batch, wall: least("wall"), least: least("least"), cpu: least("cpu") });
    }
  }
  console.log(JSON.stringify(results, undefined, 1));
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main();
