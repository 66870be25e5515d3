import { cutBeats, isUsableLead } from "../beats/index.ts";
import type { Notice, Recording } from "../core/recording.ts";
import { predictBeatSequence } from "./predict-beat-sequence.ts";
import { type PredictContext, cardFor, mostLikelyOfRow } from "./predict-context.ts";
import { flatNotices, leadsNamed } from "./signal-notices.ts";

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
  /** The lead that was read; "MLII and V1" where they are two. */
  readonly lead: string;
  /** Beats that got no class: outside the recording or too near to its end, or on a gap in the signal. */
  readonly dropped: { readonly boundary: number; readonly gap: number };
  /** What a person should know of how the recording was read. */
  readonly notices: readonly Notice[];
}

export function beatPredictor(context: PredictContext) {
  if (context.card.task === "beat-sequences") return sequencePredictor(context);
  return async (recording: Recording, positions: ArrayLike<number>): Promise<BeatPredictions> => {
    const { preprocessing, labels } = cardFor(context, "beats");
    const cut = cutBeats(recording, positions, preprocessing);
    const notices = flatNotices(recording, leadsNamed(recording, cut.leads));
    const probabilities = await context.predictRows(cut.windows);
    const beats = keptBeats(probabilities, { kept: cut.kept, positions, labels });
    return { beats, lead: cut.leads.join(" and "), dropped: cut.dropped, notices };
  };
}

function sequencePredictor(context: PredictContext) {
  return async (recording: Recording, positions: ArrayLike<number>): Promise<BeatPredictions> => {
    const { preprocessing, input, labels } = cardFor(context, "beat-sequences");
    const { probabilities, leads, kept, dropped } = await predictBeatSequence(recording, positions, {
      preprocessing,
      features: input.channels,
      classCount: labels.length,
      predictRows: context.predictRows,
    });
    return {
      beats: keptBeats(probabilities, { kept, positions, labels }),
      lead: leads.join(" and "),
      dropped,
      // Flat leads are not read where others are.
      notices: flatNotices(recording, recording.leads.filter(isUsableLead)),
    };
  };
}

interface KeptBeats {
  /** Which of the positions the rows are of. */
  readonly kept: Int32Array;
  readonly positions: ArrayLike<number>;
  readonly labels: readonly string[];
}

function keptBeats(probabilities: Float32Array, { kept, positions, labels }: KeptBeats): BeatPrediction[] {
  return Array.from(kept, (index, row) => {
    const sample = positions[index]!;
    return { sample, ...mostLikelyOfRow(probabilities, { row, labels, what: `the beat at sample ${sample}` }) };
  });
}
