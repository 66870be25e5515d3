import { compileRecordingPreprocessing } from "../beats/index.ts";
import { decideClasses } from "../bundle/index.ts";
import { FormatError } from "../core/errors.ts";
import type { Notice, Recording } from "../core/recording.ts";
import { resolveWindows, windowStarts } from "../signal/index.ts";
import { fitLoneLead } from "./lone-lead.ts";
import { type PredictContext, cardFor, mostLikelyOfRow } from "./predict-context.ts";
import { bridgedNotices, flatNotices, leadsNamed, shortNotices } from "./signal-notices.ts";

/** What a model says of a whole recording. */
export interface RecordingPrediction {
  /** The classes that the model decides for; exactly one where its classes exclude each other. */
  readonly labels: readonly string[];
  /** [class], in the order of the card's labels, of all windows together. */
  readonly probabilities: readonly number[];
  /** The leads that were read. */
  readonly leads: readonly string[];
  /** Windows that were laid over it. */
  readonly windows: number;
  /** Invalid samples that were bridged by straight lines. */
  readonly bridged: number;
  /** What a person should know of how it was read. */
  readonly notices: readonly Notice[];
}

export function recordingPredictor(context: PredictContext) {
  return async (recording: Recording): Promise<RecordingPrediction> => {
    const card = cardFor(context, "recordings");
    const { channels, samples } = card.input;
    const { preprocessing, notices } = fitLoneLead(card.preprocessing, recording);
    const { channels: signals, length, leads, bridged } = compileRecordingPreprocessing(preprocessing)(recording);
    const read = leadsNamed(recording, leads);
    const flat = flatNotices(recording, read);
    if (signals.length !== channels) {
      throw new FormatError(
        `Cannot classify recordings: expected ${channels} channels from the card's preprocessing, found ${signals.length}.`,
        { file: context.file },
      );
    }
    const inputs = new Float32Array(channels * length);
    signals.forEach((signal, channel) => inputs.set(signal, channel * length));
    const scores = await context.predictSignals({ inputs, size: 1, lengths: Int32Array.of(length) });
    const what = `recording ${recording.id}`;
    const { probabilities } = mostLikelyOfRow(scores, { row: 0, labels: card.labels, what });
    return {
      labels: decideClasses(card.decision, probabilities).map((label) => card.labels[label]!),
      probabilities,
      leads,
      windows: windowStarts(length, { samples, ...resolveWindows(card.windows, samples) }).length,
      bridged,
      notices: [
        ...notices,
        ...flat,
        ...bridgedNotices(
          bridged,
          read.reduce((sum, lead) => sum + lead.samples.length, 0),
        ),
        // Features are of the whole recording, however long it is.
        ...(preprocessing.window === undefined
          ? []
          : shortNotices({ seconds: length / preprocessing.sampleRate, window: samples / preprocessing.sampleRate })),
      ],
    };
  };
}
