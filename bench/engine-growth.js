// Memory of a long training: the process's resident size along many steps of a small net, whose replicas run in threads.
// Usage: node bench/engine-growth.js [--steps 10000] [--net multi-branch-cnn]     prints one JSON document
// The growth counts from a tenth of the way, when pools and caches have found their sizes.
import { parseArgs } from "node:util";

import { engineNets } from "./engine-nets.js";
import { openNet } from "./engine-training.js";

const { values } = parseArgs({
  options: { steps: { type: "string", default: "10000" }, net: { type: "string", default: "multi-branch-cnn" } },
});
const steps = Number(values.steps);
const net = await openNet(
  engineNets.find(({ name }) => name === values.net),
  { batch: 32, threads: 2 },
);
const megabytes = [];
const parts = 10;
for (let part = 0; part < parts; part++) {
  await net.trainSteps(Math.ceil(steps / parts));
  megabytes.push(Math.round(process.memoryUsage().rss / 1e5) / 10);
}
await net.close();
console.log(JSON.stringify({ net: values.net, steps, megabytes, growth: megabytes.at(-1) - megabytes[0] }));
