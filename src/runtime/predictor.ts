import type { InferenceSession, Tensor } from "onnxruntime-common";

import { cutBeats } from "../beats/index.ts";
import { type ModelCard, readCard } from "../bundle/index.ts";
import { FormatError, UserError } from "../core/errors.ts";
import type { Recording } from "../core/recording.ts";

/** The parts of ONNX Runtime that are needed; `onnxruntime-node` and `onnxruntime-web` both have them. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => Tensor;
}

/** What a model says of one beat. */
export interface BeatPrediction {
  /** The R peak, in samples of the recording. */
  readonly sample: number;
  /** The most likely class. */
  readonly label: string;
  /** [class], in the order of the card's labels; they add up to 1. */
  readonly probabilities: readonly number[];
}

export interface BeatPredictions {
  readonly beats: readonly BeatPrediction[];
  /** The lead that was read. */
  readonly lead: string;
  /** Beats that got no class: too near to an end of the recording, or on a gap in the signal. */
  readonly dropped: { readonly boundary: number; readonly gap: number };
}

/** An opened model file. */
export interface Predictor {
  readonly card: ModelCard;
  /**
   * Classes of the beats whose R peaks lie at `positions` (samples of the recording, ascending).
   * @throws UserError where the recording has none of the leads that the model reads.
   */
  predictBeats(recording: Recording, positions: ArrayLike<number>): Promise<BeatPredictions>;
  /** [row, channel, sample] → [row, class] probabilities, for rows that are preprocessed already. */
  predictRows(rows: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface OpenPredictorOptions {
  /** The name to show in messages. */
  readonly file: string;
  readonly session?: InferenceSession.SessionOptions;
  /** Rows per run of the session. */
  readonly batch?: number;
}

/**
 * Opens a model file: its card says how a recording becomes the net's input, so nothing else is needed.
 * @throws FormatError where the file is no model with a card, or ONNX Runtime can't run it.
 */
export async function openPredictor(
  ort: OnnxRuntime,
  model: Uint8Array,
  { file, session: sessionOptions = {}, batch = 256 }: OpenPredictorOptions,
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
  const classCount = card.labels.length;

  const predictRows = async (rows: Float32Array): Promise<Float32Array> => {
    const count = rows.length / rowLength;
    if (!Number.isInteger(count)) {
      throw new UserError(
        `Cannot classify rows: expected a multiple of ${rowLength} values (${channels} × ${samples}), found ${rows.length}.`,
      );
    }
    const probabilities = new Float32Array(count * classCount);
    for (let start = 0; start < count; start += batch) {
      const end = Math.min(count, start + batch);
      // A copy: a tensor must own its memory where the session lives in a worker of the browser.
      const data = rows.slice(start * rowLength, end * rowLength);
      const x = new ort.Tensor("float32", data, [end - start, channels, samples]);
      const outputs = await session.run({ x }, ["probabilities"]);
      probabilities.set(outputs["probabilities"]!.data as Float32Array, start * classCount);
    }
    return probabilities;
  };

  return {
    card,
    predictRows,
    predictBeats: async (recording, positions) => {
      const cut = cutBeats(recording, positions, card.preprocessing);
      if (channels !== 1 || cut.length !== samples) {
        throw new FormatError(
          `Cannot classify beats: expected windows of ${channels} × ${samples} from the card's preprocessing, found 1 × ${cut.length}.`,
          { file },
        );
      }
      const probabilities = await predictRows(cut.windows);
      const beats = Array.from(cut.kept, (index, row): BeatPrediction => {
        const own = Array.from(probabilities.subarray(row * classCount, (row + 1) * classCount));
        const label = card.labels[own.indexOf(Math.max(...own))];
        if (label === undefined) {
          throw new UserError(
            `Cannot classify the beat at sample ${positions[index]}: expected probabilities, found ${own.join(", ")}.`,
          );
        }
        return { sample: positions[index]!, label, probabilities: own };
      });
      return { beats, lead: cut.lead, dropped: cut.dropped };
    },
    close: () => session.release(),
  };
}

/** The net's input and output have to be what the card says; a size that is open in the net fits any. */
function checkShapes(session: InferenceSession, card: ModelCard, file: string): void {
  const { channels, samples } = card.input;
  const classCount = card.labels.length;
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
    [classCount],
    `an output "probabilities" of ${classCount} classes`,
  );
  const others = session.inputNames.filter((name) => name !== "x");
  if (others.length > 0) throw wrong('an input "x" alone', others.map((name) => `"${name}"`).join(", ") + " beside it");
}
