import { access } from "node:fs/promises";
import { join, resolve } from "node:path";

import { UserError } from "../../core/errors.ts";
import { writeFileWhole } from "../../core/write-file.node.ts";
import { encodeWfdbAnnotations } from "../../formats/index.ts";
import { renderTextTable } from "../../evaluate/index.ts";
import { classifyTask, isForBeats } from "../classify-recording.ts";
import { argument, defineCommand, option } from "../command.ts";
import { dataOption } from "../data-places.ts";
import { deviceOption } from "../device-option.ts";
import { openModel, orShipped } from "../open-model.ts";
import { openRecording, rateOption } from "../open-recording.ts";
import { shippedModels } from "../shipped-models.ts";
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
  run: async ({ recording: specs, model, beats, write, out, force, rate, data, device }, context) => {
    if (model === undefined) {
      throw new UsageError(`expected --model with an .onnx file${orShipped(await shippedModels())}, found none`);
    }
    if (write !== undefined && !/^[A-Za-z0-9_-]+$/.test(write)) {
      throw new UsageError(`expected an annotator name of letters, digits, - and _, found "${write}"`);
    }
    const predictor = await openModel(model, { cwd: context.cwd, device });
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
      const results: Awaited<ReturnType<typeof task.classify>>[] = [];
      const files: (string | undefined)[] = [];
      for (const spec of specs) {
        const recording = await openRecording(spec, { ...context, data, rate });
        for (const { message } of recording.notices) context.note(`Notice: ${recording.id}: ${message}`);
        const result = await task.classify(predictor, recording, { source: beats });
        const written =
          write === undefined ? undefined : resolve(context.cwd, join(out ?? ".", `${result.id}.${write}`));
        if (written !== undefined) {
          await writeNew(written, encodeWfdbAnnotations(task.annotate!(result, card)), { force });
        }
        results.push(result);
        files.push(written);
      }
      const { name, labels } = card;
      const classMap = isForBeats(card) ? { classMap: card.classMap } : {};
      context.result({
        json: {
          model: { name, task: card.task, labels, ...classMap },
          recordings: results.map((result, i) => (files[i] === undefined ? result : { ...result, written: files[i] })),
        },
        text: () =>
          [
            ...task
              .show(results, card)
              .map((part) =>
                typeof part === "string"
                  ? part
                  : renderTextTable(part, { width: context.columns, colour: context.colour }),
              ),
            ...files.flatMap((file) => (file === undefined ? [] : [`written to ${file}`])),
          ].join("\n"),
      });
    } finally {
      await predictor.close();
    }
  },
});

/** A name like `atr` may be that of somebody's reference annotations. */
async function writeNew(path: string, bytes: Uint8Array, { force }: { readonly force: boolean }): Promise<void> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there && !force)
    throw new UserError(`Cannot write ${path}: expected no such file, found one (--force overwrites).`);
  await writeFileWhole(path, bytes);
}
