import { resolve } from "node:path";

import { UserError } from "../../core/errors.ts";
import type { Notice } from "../../core/recording.ts";
import { encodeWfdbAnnotations } from "../../formats/index.ts";
import { plainText, renderTextTable } from "../../evaluate/index.ts";
import { annotationWriter, checkAnnotator, checkDifferentNames } from "../annotation-files.ts";
import { classifyTask, isForBeats } from "../classify-recording.ts";
import { argument, defineCommand, option } from "../command.ts";
import { dataOption } from "../data-places.ts";
import { deviceOption } from "../device-option.ts";
import { onlyLead } from "../only-lead.ts";
import { openModel, orShipped } from "../open-model.ts";
import { openRecording, rateOption } from "../open-recording.ts";
import { shippedModels } from "../shipped-models.ts";
import { tryEach } from "../try-each.ts";
import { UsageError } from "../usage-error.ts";

export const classifyCommand = defineCommand({
  description:
    "Classifies recordings with a saved model: each heart beat (which it finds itself), each segment, or each recording as a whole, as the model was " +
    "made to. The model file says itself which leads, rate and preprocessing it needs. Research software, no medical device.",
  arguments: { recording: argument.many("recordings: paths with or without extension, or mitdb/100") },
  options: {
    model: option.text("--model <file>", "the model file, or the name of a shipped model (einthoven models)"),
    beats: option.choice("--beats <source>", "for a model for beats, where they are; default: detected", [
      "detected",
      "annotated",
    ]),
    lead: option.text("--lead <name>", "read this lead alone, as if the recordings had no other"),
    write: option.text(
      "--write <annotator>",
      "write the classes of beats or segments (as rhythms) as a WFDB annotation file, <record>.<annotator>",
    ),
    out: option.text("--out <dir>", "where to write it (default: the current folder)"),
    force: option.flag("--force", "overwrite an annotation file that is there"),
    rate: rateOption,
    data: dataOption,
    device: deviceOption,
  },
  examples: [
    {
      command: "classify mitdb/119 --model beats",
      does: "count the beats of each class, by a model that comes with this package",
    },
    {
      command: "classify rec1 rec2 --model model.onnx --json",
      does: "every beat, segment or recording with its probabilities",
    },
    { command: "classify rec1 --model model.onnx --write ann", does: "write rec1.ann beside you" },
    { command: "classify rec1.csv --rate 250 --model beats", does: "a file that does not say its sample rate" },
  ],
  run: async ({ recording: specs, model, beats, lead, write, out, force, rate, data, device }, context) => {
    if (model === undefined) {
      throw new UsageError(`expected --model with an .onnx file${orShipped(await shippedModels())}, found none`);
    }
    if (write !== undefined) {
      checkAnnotator(write);
      checkDifferentNames(specs);
    }
    const predictor = await openModel(model, { cwd: context.cwd, device, signal: context.signal });
    const { card } = predictor;
    const task = classifyTask(card);
    try {
      if (beats !== undefined && !isForBeats(card)) {
        throw new UserError(
          `Cannot look for beats: expected a model for beats with --beats, found one for ${card.task}.`,
        );
      }
      if (write !== undefined && task.annotate === undefined) {
        throw new UserError(
          `Cannot write annotations: expected a model for beats or segments with --write, found one for ${card.task}.`,
        );
      }
      const save =
        write === undefined
          ? undefined
          : annotationWriter({ directory: resolve(context.cwd, out ?? "."), annotator: write, force });
      const classifyOne = async (spec: string) => {
        const whole = await openRecording(spec, { ...context, data, rate });
        const note = ({ message }: Notice) => context.note(`Notice: ${whole.id}: ${message}`);
        whole.notices.forEach(note);
        const recording = lead === undefined ? whole : onlyLead(whole, lead);
        const result = await task.classify(predictor, recording, { source: beats });
        result.notices.slice(whole.notices.length).forEach(note);
        context.signal.throwIfAborted();
        if (save === undefined) return { result };
        return { result, written: await save(result.id, encodeWfdbAnnotations(task.annotate!(result, card))) };
      };
      const { done, errors } = await tryEach(specs, classifyOne, context);
      if (done.length === 0 && !context.json) throw notAll(errors, specs);
      const { name, labels } = card;
      const classMap = isForBeats(card) ? { classMap: card.classMap } : {};
      context.result({
        json: {
          model: { name, task: card.task, labels, ...classMap },
          recordings: done.map(({ result, written }) => (written === undefined ? result : { ...result, written })),
          errors,
        },
        text: () =>
          [
            ...task
              .show(
                done.map(({ result }) => result),
                card,
              )
              .map((part) =>
                typeof part === "string"
                  ? plainText(part)
                  : renderTextTable(part, { width: context.columns, colour: context.colour }),
              ),
            ...done.flatMap(({ written }) => (written === undefined ? [] : [`written to ${plainText(written)}`])),
          ].join("\n"),
      });
      if (errors.length > 0) throw notAll(errors, specs);
    } finally {
      await predictor.close();
    }
  },
});

/** What each of them lacks has been told before. */
function notAll(errors: readonly { readonly recording: string }[], specs: readonly string[]): UserError {
  const names = errors.map(({ recording }) => recording).join(", ");
  return new UserError(`Cannot classify ${errors.length} of ${specs.length} recordings: ${names}.`);
}
