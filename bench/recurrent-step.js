// The recurrent nets' gradients (forward and backward) and inference for one replica's shard of a batch, by one thread, ours
// against PyTorch, in turns: least CPU milliseconds per step of each round, and the median of the rounds' ratios.
// Imports dist/: run `npm run build` first.
// Usage: node bench/recurrent-step.js [--python PYTHON] [--nets lstm,gru] [--shards 64,16] [--modes eager] [--rounds 3] [--seconds 2]
//          [--formulation plain]
// Without --python only ours. Prints one JSON document.
import { parseArgs } from "node:util";

import * as ort from "onnxruntime-node";

import { createRandom } from "../dist/core/index.js";
import { findArchitecture, traceModel } from "../dist/models/index.js";
import * as t from "../dist/tensor/index.js";
import { median, openPeer } from "./peer.js";

const nets = {
  lstm: { architecture: "lstm", channels: 12, samples: 250, classCount: 71 },
  lstm_bidir: { architecture: "lstm_bidir", channels: 12, samples: 250, classCount: 71 },
  gru: { architecture: "gru", channels: 12, samples: 250, classCount: 71 },
  "ha_resnet-32": { architecture: "ha_resnet", channels: 1, samples: 1024, classCount: 5 },
  "ha_resnet-64": { architecture: "ha_resnet", channels: 1, samples: 4096, classCount: 5 },
};

/** The graph of a step, and the values that it is fed. */
function buildStep(kind, net, batch) {
  const { architecture, ...sizes } = nets[net];
  const mode = kind === "train" ? "training" : "inference";
  const model = traceModel(findArchitecture(architecture), { ...sizes, batch, mode, settings: {} });
  if (kind === "infer") return { logits: model.logits };
  const labels = t.input("y", [batch, sizes.classCount]);
  const loss = t.reduceMean(t.softmaxCrossEntropy(model.logits, labels));
  const outputs = { loss };
  const parameters = t.leavesOf([loss]).parameters;
  t.gradients(loss, parameters).forEach((slope, i) => (outputs[`grad/${t.leafName(parameters[i])}`] = slope));
  for (const { parameter, value } of model.updates) outputs[`next/${t.leafName(parameter)}`] = value;
  return outputs;
}

async function openOurs(kind, net, { batch, formulation }) {
  const outputs = buildStep(kind, net, batch);
  const random = createRandom(net);
  const { inputs, parameters, masks } = t.leavesOf(Object.values(outputs));
  const feeds = {};
  for (const each of parameters) feeds[t.leafName(each)] = t.initialiseParameter(each, random);
  for (const each of inputs)
    feeds[t.leafName(each)] = Float32Array.from({ length: t.sizeOf(each.shape) }, () => random.normal());
  for (const { name, shape, rate } of masks) {
    feeds[name] = Float32Array.from({ length: t.sizeOf(shape) }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
  }
  // At inference the weights are part of the model, as in a saved one.
  const weights =
    kind === "infer" ? new Map(parameters.map((each) => [t.leafName(each), feeds[t.leafName(each)]])) : undefined;
  const start = performance.now();
  const executor = await t.createExecutor(ort, t.encodeOnnx({ outputs, formulation, ...(weights && { weights }) }));
  const openMilliseconds = performance.now() - start;
  for (const name of Object.keys(feeds)) if (!executor.inputs.includes(name)) delete feeds[name];
  const targets = {};
  for (const [name, { shape }] of Object.entries(outputs)) targets[name] = new Float32Array(t.sizeOf(shape));
  for (let i = 0; i < 2; i++) await executor.run(feeds, targets);
  const measure = async (seconds) => {
    const times = [];
    const end = performance.now() + seconds * 1e3;
    while (performance.now() < end || times.length < 3) {
      const before = process.cpuUsage();
      await executor.run(feeds, targets);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1e3);
    }
    return Math.min(...times);
  };
  const count = parameters
    .filter(({ source }) => source.trainable)
    .reduce((sum, { shape }) => sum + t.sizeOf(shape), 0);
  return { measure, openMilliseconds, count, close: () => executor.close() };
}

async function main() {
  const text = (value) => ({ type: "string", default: value });
  const { values } = parseArgs({
    options: {
      python: { type: "string" },
      nets: text(Object.keys(nets).join()),
      shards: text("64,16"),
      kinds: text("train,infer"),
      modes: text("eager"),
      rounds: text("3"),
      seconds: text("2"),
      formulation: text("fast"),
    },
  });
  const seconds = Number(values.seconds);
  const peer = values.python === undefined ? undefined : openPeer("torch_recurrent.py", { python: values.python });
  const results = [];
  for (const net of values.nets.split(",")) {
    for (const batch of values.shards.split(",").map(Number)) {
      for (const kind of values.kinds.split(",")) {
        const ours = await openOurs(kind, net, { batch, formulation: values.formulation });
        const own = [];
        const ratios = [];
        const theirs = {};
        for (let round = 0; round < Number(values.rounds); round++) {
          own.push(await ours.measure(seconds));
          const answers = [];
          for (const mode of peer === undefined ? [] : values.modes.split(",")) {
            const answer = await peer.ask(`${kind} ${mode} ${net} ${batch} ${seconds}`);
            if (kind === "train" && answer.parameters !== ours.count) {
              throw new Error(`${net}: ${ours.count} parameters here, ${answer.parameters} in PyTorch.`);
            }
            (theirs[mode] ??= []).push(answer.milliseconds);
            answers.push(answer.milliseconds);
          }
          if (answers.length > 0) ratios.push(Math.min(...answers) / own.at(-1));
        }
        await ours.close();
        const entry = {
          net,
          shard: batch,
          kind,
          milliseconds: Math.min(...own),
          openMilliseconds: ours.openMilliseconds,
        };
        for (const [mode, times] of Object.entries(theirs)) entry[mode] = Math.min(...times);
        if (ratios.length > 0) entry.ratio = median(ratios);
        results.push(entry);
        console.error(JSON.stringify(entry));
      }
    }
  }
  peer?.close();
  console.log(JSON.stringify({ cpu: "one thread", results }, undefined, 1));
}

await main();
