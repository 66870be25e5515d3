import { cutBeats, segmentsAsBeats } from "../beats/index.ts";
import type { Notice, Recording } from "../core/recording.ts";
import { type PredictContext, cardFor, mostLikelyOfRow } from "./predict-context.ts";
import { flatNotices, leadsNamed } from "./signal-notices.ts";

/** What a model says of one segment. */
export interface SegmentPrediction {
  /** First sample of the recording, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** The most likely class. */
  readonly label: string;
  /** [class], in the order of the card's labels; they add up to 1. */
  readonly probabilities: readonly number[];
}

export interface SegmentPredictions {
  readonly segments: readonly SegmentPrediction[];
  /** The lead that was read. */
  readonly lead: string;
  /** Segments that got no class: beyond the end of the recording, or on a gap in the signal. */
  readonly dropped: { readonly boundary: number; readonly gap: number };
  /** What a person should know of how the recording was read. */
  readonly notices: readonly Notice[];
}

export function segmentPredictor(context: PredictContext) {
  return async (recording: Recording): Promise<SegmentPredictions> => {
    const { preprocessing, labels } = cardFor(context, "segments");
    const length = preprocessing.windowSeconds * recording.sampleRate;
    const starts = Array.from({ length: Math.floor(recording.sampleCount / length) }, (_, i) => Math.round(i * length));
    const cut = cutBeats(recording, starts, segmentsAsBeats(preprocessing));
    const notices = flatNotices(recording, leadsNamed(recording, cut.leads));
    if (starts.length === 0) {
      const message = `The recording is shorter than the ${preprocessing.windowSeconds} s of a segment; there is none.`;
      notices.push({ code: "short", message });
    }
    const probabilities = await context.predictRows(cut.windows);
    const segments = Array.from(cut.kept, (index, row): SegmentPrediction => {
      const from = starts[index]!;
      const what = `the segment at sample ${from}`;
      return { from, to: from + Math.round(length), ...mostLikelyOfRow(probabilities, { row, labels, what }) };
    });
    return { segments, lead: cut.leads[0]!, dropped: cut.dropped, notices };
  };
}
