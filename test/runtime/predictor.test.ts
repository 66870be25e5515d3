import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";

import { cardKey, writeBundle } from "../../src/bundle/index.ts";
import type { Lead } from "../../src/core/recording.ts";
import { openModelFile, openPredictor } from "../../src/runtime/index.node.ts";
import {
  constant,
  encodeOnnx,
  input,
  matmul,
  mul,
  reshape,
  softmax,
  writeOnnxMetadata,
} from "../../src/tensor/index.ts";
import { smallCard, smallCardOf } from "../bundle/small-card.ts";
import { spikes } from "../beats/small-recording.ts";

/** V where the sample before the peak is high. */
function lookBehind(): Uint8Array {
  const x = input("x", [1, 1, 4]);
  const weights = constant([0, 0, 0, 5, 0, 0, 0, 0], [4, 2]);
  return encodeOnnx({
    outputs: { probabilities: softmax(matmul(reshape(x, [1, 4]), weights), 1) },
    dynamicBatch: true,
  });
}

const model = writeBundle(lookBehind(), smallCard);
const open = (bytes = model, batch = 3) => openPredictor(ort, bytes, { file: "m.onnx", batch });

describe("openPredictor", () => {
  it("classifies beats in batches, each with its own probabilities", async () => {
    const positions = [100, 200, 300, 400, 500, 600, 700];
    const recording = spikes(positions.map((sample) => [sample, "N"]));
    for (const ectopic of [200, 600]) recording.leads[0]!.samples[ectopic - 1] = 1;
    const predictor = await open();
    const { beats, lead, dropped } = await predictor.predictBeats(recording, positions);
    await predictor.close();
    expect(lead).toBe("MLII");
    expect(dropped).toEqual({ boundary: 0, gap: 0 });
    expect(beats.map((beat) => beat.sample)).toEqual(positions);
    expect(beats.map((beat) => beat.label)).toEqual(["N", "V", "N", "N", "N", "V", "N"]);
    expect(beats[1]!.probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-5)), 5);
  });

  it("reads several leads", async () => {
    const x = reshape(input("x", [1, 2, 4]), [1, 8]);
    // V where the second lead is high at the peak.
    const weights = new Float32Array(16);
    const { before } = smallCard.preprocessing.window;
    weights[2 * (4 + before) + 1] = 5;
    const net = encodeOnnx({
      outputs: { probabilities: softmax(matmul(x, constant(weights, [8, 2])), 1) },
      dynamicBatch: true,
    });
    const preprocessing = { ...smallCard.preprocessing, leadCount: 2 };
    const predictor = await open(writeBundle(net, { ...smallCard, input: { channels: 2, samples: 4 }, preprocessing }));
    const recording = spikes([]);
    const second = spikes([[200, "V"]], { lead: "V1" });
    const leads = [...recording.leads, ...second.leads];
    const { beats, lead } = await predictor.predictBeats({ ...recording, leads }, [100, 200]);
    expect([lead, ...beats.map(({ label }) => label)]).toEqual(["MLII and V1", "N", "V"]);
    await expect(predictor.predictBeats(recording, [100])).rejects.toThrow("expected 2 leads");
    await predictor.close();
  });

  it("says which beats it left out", async () => {
    const predictor = await open();
    const recording = spikes([[1, "N"]]);
    expect(await predictor.predictBeats(recording, [1, 50])).toMatchObject({
      beats: [{ sample: 50 }],
      dropped: { boundary: 1, gap: 0 },
    });
    expect((await predictor.predictBeats(recording, [])).beats).toEqual([]);
    await predictor.close();
  });

  it("refuses a recording without the lead", async () => {
    const predictor = await open();
    await expect(predictor.predictBeats(spikes([], { lead: "V1" }), [])).rejects.toThrow(
      "Cannot use recording r1: expected lead MLII, found V1.",
    );
    await predictor.close();
  });

  it("refuses rows that do not fill the input", async () => {
    const predictor = await open();
    await expect(predictor.predictRows(new Float32Array(6))).rejects.toThrow(
      "Cannot classify rows: expected a multiple of 4 values (1 × 4), found 6.",
    );
    await predictor.close();
  });

  it("refuses a net whose input or output is not the card's", async () => {
    const other = writeBundle(lookBehind(), { ...smallCard, labels: ["N", "S", "V"] });
    await expect(open(other)).rejects.toThrow(/expected an output "probabilities" of 3 classes, found 2/);
    const longer = writeBundle(lookBehind(), smallCardOf(5));
    await expect(open(longer)).rejects.toThrow(/expected an input "x" of 1 × 5, found 1 × 4/);
  });

  it("refuses a net that takes a fixed number of rows, or another input", async () => {
    const net = (batch: number, other: boolean) => {
      const x = reshape(input("x", [batch, 1, 4]), [batch, 4]);
      const taken = other ? mul(x, input("gain", [1, 1])) : x;
      const probabilities = softmax(matmul(taken, constant(new Float32Array(8), [4, 2])), 1);
      return writeBundle(encodeOnnx({ outputs: { probabilities }, dynamicBatch: other }), smallCard);
    };
    await expect(open(net(2, false))).rejects.toThrow(
      'expected an input "x" of 1 × 4 for any number of rows, found one',
    );
    await expect(open(net(1, true))).rejects.toThrow('expected an input "x" alone, found "gain" beside it');
  });

  it("refuses a card whose preprocessing does not fill the input", async () => {
    const preprocessing = { ...smallCard.preprocessing, window: { before: 2, after: 3 } };
    const card = JSON.stringify({ ...smallCard, preprocessing });
    await expect(open(writeOnnxMetadata(lookBehind(), { [cardKey]: card }))).rejects.toThrow(
      "Cannot open model: expected a card with an input of 1 × 5, which its preprocessing makes, found 1 × 4. (m.onnx)",
    );
  });

  it("says so where the net gives no probabilities", async () => {
    const x = reshape(input("x", [1, 1, 4]), [1, 4]);
    const notNumbers = softmax(matmul(x, constant(new Float32Array(8).fill(Number.NaN), [4, 2])), 1);
    const onnx = encodeOnnx({ outputs: { probabilities: notNumbers }, dynamicBatch: true });
    const predictor = await open(writeBundle(onnx, smallCard));
    await expect(predictor.predictBeats(spikes([[100, "N"]]), [100])).rejects.toThrow(
      "Cannot classify the beat at sample 100: expected probabilities, found NaN, NaN.",
    );
    await predictor.close();
  });

  it("refuses positions that are no numbers, a lead without unit, and recordings that show nothing", async () => {
    const predictor = await open();
    const recording = spikes([[100, "N"]]);
    const [lead] = recording.leads;
    await expect(predictor.predictBeats(recording, [NaN])).rejects.toThrow(
      "Cannot cut the beats of recording r1: expected finite R peaks, found NaN.",
    );
    const { unit: _, ...bare } = lead!;
    await expect(predictor.predictBeats({ ...recording, leads: [bare as Lead] }, [100])).rejects.toThrow(
      "Cannot use lead MLII of recording r1: expected a voltage in V, mV or uV, found no unit.",
    );
    const empty = { ...recording, sampleCount: 0, leads: [{ ...lead!, samples: new Float32Array(0) }] };
    await expect(predictor.predictBeats(empty, [])).rejects.toThrow(
      "Cannot use lead MLII of recording r1: expected valid samples, found none.",
    );
    await expect(predictor.predictBeats(spikes([]), [100])).rejects.toThrow(
      "Cannot classify recording r1: expected a signal in MLII, found a flat line.",
    );
    await predictor.close();
  });

  it("refuses to classify once it is closed; closing twice does no harm", async () => {
    const predictor = await open();
    await predictor.close();
    await predictor.close();
    await expect(predictor.predictBeats(spikes([[100, "N"]]), [100])).rejects.toThrow(
      "Cannot classify: expected an open model, found m.onnx closed.",
    );
  });

  it("stops between batches once its signal is aborted", async () => {
    const stop = new AbortController();
    const predictor = await openPredictor(ort, model, { file: "m.onnx", batch: 1, signal: stop.signal });
    const positions = Array.from({ length: 30 }, (_, i) => 100 + 100 * i);
    const beats = predictor.predictBeats(spikes(positions.map((sample) => [sample, "N"])), positions);
    stop.abort(new Error("enough"));
    await expect(beats).rejects.toThrow("enough");
    await predictor.close();
  });

  it("says in one sentence that there is no such file", async () => {
    await expect(openModelFile("nofile")).rejects.toThrow(
      "Cannot open model nofile: expected an .onnx file, found no such file.",
    );
    await expect(openModelFile("src")).rejects.toThrow(
      "Cannot open model src: expected an .onnx file, found a folder.",
    );
  });

  it("refuses what ONNX Runtime can't run, with the file's name", async () => {
    await expect(open(model.subarray(0, model.length - 3))).rejects.toThrow(/m\.onnx/);
  });
});
