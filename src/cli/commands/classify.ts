import { access } from "node:fs/promises";
import { join, resolve } from "node:path";

import { UserError } from "../../core/errors.ts";
import { writeFileWhole } from "../../core/write-file.node.ts";
import { encodeWfdbAnnotations } from "../../formats/index.ts";
import { type ClassifiedRecording, classifyRecording, toAnnotations } from "../classify-recording.ts";
import { argument, defineCommand, option } from "../command.ts";
import { dataOption } from "../data-places.ts";
import { deviceOption } from "../device-option.ts";
import { openModel } from "../open-model.ts";
import { openRecording } from "../open-recording.ts";
import { UsageError } from "../usage-error.ts";

export const classifyCommand = defineCommand({
  description:
    "Finds the heart beats of recordings and gives each a class with a saved model. The model file says itself which lead, rate and preprocessing it " +
    "needs. Research software, no medical device.",
  arguments: { recording: argument.many("recordings: paths with or without extension, or mitdb/100") },
  options: {
    model: option.text("--model <file>", "the model file (or the name of a shipped model)"),
    beats: option.choice("--beats <source>", "where the beats are; default: detected", ["detected", "annotated"]),
    write: option.text("--write <annotator>", "write the classes as a WFDB annotation file, <record>.<annotator>"),
    out: option.text("--out <dir>", "where to write it (default: the current folder)"),
    force: option.flag("--force", "overwrite an annotation file that is there"),
    data: dataOption,
    device: deviceOption,
  },
  examples: [
    { command: "classify mitdb/119 --model model.onnx", does: "count the beats of each class" },
    { command: "classify rec1 rec2 --model model.onnx --json", does: "every beat with its probabilities" },
    { command: "classify rec1 --model model.onnx --write ann", does: "write rec1.ann beside you" },
  ],
  run: async ({ recording: specs, model, beats, write, out, force, data, device }, context) => {
    if (model === undefined) throw new UsageError("expected --model <file>, found none");
    if (write !== undefined && !/^[A-Za-z0-9_-]+$/.test(write)) {
      throw new UsageError(`expected an annotator name of letters, digits, - and _, found "${write}"`);
    }
    const predictor = await openModel(model, { cwd: context.cwd, device });
    try {
      const results: (ClassifiedRecording & { written?: string })[] = [];
      for (const spec of specs) {
        const recording = await openRecording(spec, { ...context, data });
        for (const { message } of recording.notices) context.note(`Notice: ${recording.id}: ${message}`);
        const result = await classifyRecording(predictor, recording, { source: beats ?? "detected" });
        const written =
          write === undefined ? undefined : resolve(context.cwd, join(out ?? ".", `${result.id}.${write}`));
        if (written !== undefined) await writeNew(written, encodeWfdbAnnotations(toAnnotations(result)), { force });
        results.push({ ...result, ...(written === undefined ? {} : { written }) });
      }
      context.result({
        json: {
          model: { name: predictor.card.name, labels: predictor.card.labels, classMap: predictor.card.classMap },
          recordings: results,
        },
        text: () => results.map((result) => describe(result)).join("\n"),
      });
    } finally {
      await predictor.close();
    }
  },
});

function describe({
  id,
  counts,
  beats,
  dropped,
  lead,
  source,
  written,
}: ClassifiedRecording & { written?: string }): string {
  const classes = Object.entries(counts).map(([label, count]) => `${label} ${count}`);
  const left = dropped.boundary + dropped.gap;
  const notes = [
    left === 0 ? undefined : `${left} at the ends or on gaps left out`,
    written === undefined ? undefined : `written to ${written}`,
  ].filter((note) => note !== undefined);
  return [`${id}  ${beats.length} beats (${source}, lead ${lead})  ${classes.join("  ")}`, ...notes].join("  ");
}

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
