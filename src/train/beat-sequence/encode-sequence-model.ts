import { traceModel } from "../../models/index.ts";
import { beatSequence } from "../../models/beat-sequence.ts";
import { encodeOnnx, softmax } from "../../tensor/index.ts";

export interface EncodeSequenceOptions {
  /** Of each member, with the names of a net of one. */
  readonly members: readonly ReadonlyMap<string, Float32Array>[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly features: number;
  /** Beats of a chunk. */
  readonly length: number;
  readonly classCount: number;
}

/**
 * Trained members as one ONNX model: x [batch, feature, beat] → `probabilities` [batch, beat · class], each beat's mean
 * probabilities over the number of beats.
 */
export function encodeSequenceModel(options: EncodeSequenceOptions): Uint8Array {
  const { members, settings, features, length, classCount } = options;
  const traced = traceModel(beatSequence, {
    mode: "inference",
    settings: { ...settings, members: members.length, classifies: "every" },
    batch: 1,
    channels: features,
    samples: length,
    classCount: length * classCount,
  });
  const weights = new Map(
    members.flatMap((own, i) =>
      [...own].map(([name, values]) => [name.replace(/^member1\./, `member${i + 1}.`), values] as const),
    ),
  );
  return encodeOnnx({ outputs: { probabilities: softmax(traced.logits, -1) }, weights, dynamicBatch: true });
}
