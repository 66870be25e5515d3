import type { InferenceSession, Tensor } from "onnxruntime-common";

import { type ModelCard, calibrate, readCard } from "../bundle/index.ts";
import { FormatError, UserError } from "../core/errors.ts";
import type { Recording } from "../core/recording.ts";
import { type SignalRows, openDataRows, resolveWindows, scoreRows, windowStarts } from "../signal/index.ts";
import { type BeatPredictions, beatPredictor } from "./predict-beats.ts";
import { type RecordingPrediction, recordingPredictor } from "./predict-recording.ts";
import { type SegmentPredictions, segmentPredictor } from "./predict-segments.ts";

/** The parts of ONNX Runtime that are needed; `onnxruntime-node` and `onnxruntime-web` both have them. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => Tensor;
}

/** An opened model file. */
export interface Predictor {
  readonly card: ModelCard;
  /**
   * Classes of the beats whose R peaks lie at `positions` (samples of the recording, ascending).
   * @throws UserError where the recording has none of the leads that the model reads, or the model is not one for beats.
   */
  predictBeats(recording: Recording, positions: ArrayLike<number>): Promise<BeatPredictions>;
  /**
   * The class, or classes, of a whole recording.
   * @throws UserError where the recording lacks a lead that the model reads, or the model is not one for whole recordings.
   */
  predictRecording(recording: Recording): Promise<RecordingPrediction>;
  /**
   * The classes of a recording's segments, one after the other from its start.
   * @throws UserError where the recording has none of the leads that the model reads, or the model is not one for segments.
   */
  predictSegments(recording: Recording): Promise<SegmentPredictions>;
  /** [row, channel, sample] → [row, class] probabilities, calibrated as the card says, for windows that are preprocessed already. */
  predictRows(rows: Float32Array): Promise<Float32Array>;
  /** → [row, class] probabilities of preprocessed signals of any length: scaled, window by window, and calibrated, as the card says. */
  predictSignals(signals: SignalRows): Promise<Float32Array>;
  /** Gives the session's memory back; what is asked afterwards is refused. */
  close(): Promise<void>;
}

export interface OpenPredictorOptions {
  /** The name to show in messages. */
  readonly file: string;
  readonly session?: InferenceSession.SessionOptions;
  /** Rows per run of the session. */
  readonly batch?: number;
  /** Once it is aborted, predictions end with its reason, after the batch that runs. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a model file: its card says how a recording becomes the net's input, so nothing else is needed.
 * @throws FormatError where the file is no model with a card, or ONNX Runtime can't run it.
 */
export async function openPredictor(
  ort: OnnxRuntime,
  model: Uint8Array,
  { file, session: sessionOptions = {}, batch = 256, signal }: OpenPredictorOptions,
): Promise<Predictor> {
  const card = readCard(model, { file });
  const session = await ort.InferenceSession.create(model, sessionOptions).catch((error: unknown) => {
    throw new FormatError(`Cannot open model: ONNX Runtime says: ${String((error as Error).message ?? error)}`, {
      file,
    });
  });
  const { channels, samples } = card.input;
  try {
    checkShapes(session, card, file);
  } catch (error) {
    await session.release();
    throw error;
  }
  const rowLength = channels * samples;
  // Of a row: for beat sequences there are all beats of a chunk in it.
  const outputCount = outputsOf(card);

  let closed = false;

  const calibrated = (probabilities: Float32Array) =>
    calibrate(probabilities, { calibration: card.calibration, size: card.labels.length });

  /** Before calibration. */
  const scoreWindows = async (rows: Float32Array): Promise<Float32Array> => {
    if (closed) throw new UserError(`Cannot classify: expected an open model, found ${file} closed.`);
    const count = rows.length / rowLength;
    if (!Number.isInteger(count)) {
      throw new UserError(
        `Cannot classify rows: expected a multiple of ${rowLength} values (${channels} × ${samples}), found ${rows.length}.`,
      );
    }
    const probabilities = new Float32Array(count * outputCount);
    for (let start = 0; start < count; start += batch) {
      signal?.throwIfAborted();
      const end = Math.min(count, start + batch);
      // A copy: a tensor must own its memory where the session lives in a worker of the browser.
      const data = rows.slice(start * rowLength, end * rowLength);
      const x = new ort.Tensor("float32", data, [end - start, channels, samples]);
      const outputs = await session.run({ x }, ["probabilities"]);
      probabilities.set(outputs["probabilities"]!.data as Float32Array, start * outputCount);
    }
    return probabilities;
  };

  const predictRows = async (rows: Float32Array) => calibrated(await scoreWindows(rows));

  const predictSignals = async (signals: SignalRows): Promise<Float32Array> => {
    const sizes = { channels, samples, classCount: outputCount, extras: [] };
    const windows = resolveWindows(card.windows, samples);
    const data = card.scaling === undefined ? signals : { ...signals, scaling: card.scaling };
    const { lengthOf } = openDataRows(data, sizes);
    const rows = Int32Array.from({ length: signals.size }, (_, row) => row);
    const count = rows.reduce((sum, row) => sum + windowStarts(lengthOf(row), { samples, ...windows }).length, 0);
    const scores = await scoreRows(rows, {
      data,
      sizes,
      windows,
      batch: Math.max(1, Math.min(batch, count)),
      run: async ({ x }, probabilities) => probabilities.set(await scoreWindows(x!)),
    });
    return calibrated(scores);
  };

  const context = { card, file, predictRows, predictSignals };
  return {
    card,
    predictRows,
    predictSignals,
    predictBeats: beatPredictor(context),
    predictRecording: recordingPredictor(context),
    predictSegments: segmentPredictor(context),
    close: async () => {
      if (closed) return;
      closed = true;
      await session.release();
    },
  };
}

/** Values that the net says of a row. */
function outputsOf({ task, input, labels }: ModelCard): number {
  return task === "beat-sequences" ? input.samples * labels.length : labels.length;
}

/** The net's input and output have to be what the card says; a size that is open in the net fits any. */
function checkShapes(session: InferenceSession, card: ModelCard, file: string): void {
  const { channels, samples } = card.input;
  const outputCount = outputsOf(card);
  const wrong = (wanted: string, found: string) =>
    new FormatError(`Cannot open model: expected ${wanted}, found ${found}.`, { file });
  const check = (value: InferenceSession.ValueMetadata | undefined, sizes: readonly number[], wanted: string) => {
    if (value?.isTensor !== true) throw wrong(wanted, "none");
    const isOpen = (size: number | string | undefined) => typeof size === "string" || (size !== undefined && size < 0);
    const [rows, ...own] = value.shape;
    if (own.length !== sizes.length || !own.every((size, axis) => isOpen(size) || size === sizes[axis])) {
      throw wrong(wanted, own.join(" × "));
    }
    if (!isOpen(rows)) throw wrong(`${wanted} for any number of rows`, `one for ${rows}`);
    if (value.type !== "float32") throw wrong(`${wanted} in float32`, value.type);
  };
  const named = (values: readonly InferenceSession.ValueMetadata[], name: string) =>
    values.find((value) => value.name === name);
  check(named(session.inputMetadata, "x"), [channels, samples], `an input "x" of ${channels} × ${samples}`);
  check(
    named(session.outputMetadata, "probabilities"),
    [outputCount],
    `an output "probabilities" of ${outputCount} ${card.task === "beat-sequences" ? "values" : "classes"}`,
  );
  const others = session.inputNames.filter((name) => name !== "x");
  if (others.length > 0) throw wrong('an input "x" alone', others.map((name) => `"${name}"`).join(", ") + " beside it");
}
