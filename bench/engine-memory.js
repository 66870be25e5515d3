// Peak memory of a process that trains one net of the engine's bench for a few steps.
// Usage: node bench/engine-memory.js NET BATCH THREADS     prints { "megabytes" }
import { engineNets } from "./engine-nets.js";
import { openNet } from "./engine-training.js";

const [name, batch, threads] = process.argv.slice(2);
const net = await openNet(
  engineNets.find((each) => each.name === name),
  { batch: Number(batch), threads: Number(threads) },
);
await net.train(0.5);
await net.close();
console.log(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024 }));
