import {
  beatWindowLength,
  beatWindowShape,
  type RecordingPreprocessing,
  recordingInput,
  segmentsAsBeats,
} from "../beats/index.ts";
import { FormatError } from "../core/errors.ts";
import type { ModelCard } from "./model-card.ts";

/**
 * Checks that the parts of a card agree. Each of them fits the schema by itself; where two contradict each other, a model would give
 * other answers than the one that was measured, and nothing would say so.
 * @throws FormatError with the two that don't agree.
 */
export function checkCard(card: ModelCard, { verb, file }: CheckCardOptions): void {
  const mistake = (wanted: string, found: string) =>
    new FormatError(
      `Cannot ${verb} model: expected a card with ${wanted}, found ${found}.`,
      file === undefined ? {} : { file },
    );
  checkLabels(card, mistake);
  checkDecision(card, mistake);
  checkInput(card, mistake);
  checkScaling(card, mistake);
}

export interface CheckCardOptions {
  /** What can't be done, for messages. */
  readonly verb: "open" | "write";
  readonly file?: string;
}

type Mistake = (wanted: string, found: string) => FormatError;

function checkLabels({ labels }: ModelCard, mistake: Mistake): void {
  const twice = labels.find((label, index) => labels.indexOf(label) < index);
  if (twice !== undefined) throw mistake("labels that differ", `"${twice}" twice`);
}

function checkDecision(card: ModelCard, mistake: Mistake): void {
  const { labels, decision, calibration } = card;
  const several = card.task === "recordings" && card.labelling.kind === "several";
  if (decision !== "most-likely") {
    if (!several) throw mistake('the decision "most-likely", for classes that exclude each other', "thresholds");
    const { length } = decision.thresholds;
    if (length !== labels.length) throw mistake(`${labels.length} thresholds, one per label`, `${length}`);
  }
  if (calibration === undefined) return;
  const { length } = calibration.temperatures;
  if (several && length !== labels.length) throw mistake(`${labels.length} temperatures, one per label`, `${length}`);
  if (!several && length !== 1) throw mistake("1 temperature, for classes that exclude each other", `${length}`);
}

function checkInput(card: ModelCard, mistake: Mistake): void {
  const { channels, samples } = card.input;
  const made = inputOf(card, mistake);
  if (made.channels !== channels || made.samples !== samples) {
    throw mistake(
      `an input of ${made.channels} × ${made.samples}, which its preprocessing makes`,
      `${channels} × ${samples}`,
    );
  }
}

/** What the preprocessing makes of a recording, by the same code that makes it. */
function inputOf(card: ModelCard, mistake: Mistake): ModelCard["input"] {
  try {
    switch (card.task) {
      case "beats":
        return beatWindowShape(card.preprocessing);
      case "segments":
        return { channels: 1, samples: beatWindowLength(segmentsAsBeats(card.preprocessing)) };
      case "recordings":
        if (card.preprocessing.leads === "all") throw mistake("leads by name", '"all"');
        return recordingInput(card.preprocessing);
      case "beat-sequences":
        // How many features a beat has is known once a recording is there.
        return { channels: card.input.channels, samples: card.preprocessing.chunk.length };
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const found = (error as Error).message.replace(/\.$/, "");
    throw mistake("preprocessing that can be applied", `one that fails: ${found}`);
  }
}

/** What the normalisation leaves to the numbers that the card carries. */
const scales: Readonly<Record<RecordingPreprocessing["normalise"], boolean>> = {
  none: false,
  lead: false,
  recording: false,
  dataset: true,
  feature: true,
};

function checkScaling(card: ModelCard, mistake: Mistake): void {
  const { scaling, input } = card;
  const normalise = card.task === "recordings" ? card.preprocessing.normalise : "none";
  if (scaling === undefined) {
    if (scales[normalise]) throw mistake(`a scaling, as it normalises by ${normalise}`, "none");
    return;
  }
  if (!scales[normalise]) throw mistake("no scaling, as its normalisation needs none", "one");
  for (const [what, { length }] of Object.entries(scaling)) {
    if (length !== 1 && length !== input.channels) {
      throw mistake(`one ${what} to scale by, or one for each of ${input.channels} channels`, `${length}`);
    }
  }
}
