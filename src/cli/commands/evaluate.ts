import { resolve } from "node:path";

import { changeValue } from "../../core/change-value.ts";
import { writeFileWhole } from "../../core/write-file.node.ts";
import { locateDataset } from "../../datasets/index.ts";
import { renderReportHtml, renderReportText } from "../../evaluate/index.ts";
import { argument, defineCommand, option } from "../command.ts";
import { evaluateModel } from "../evaluate-model.ts";
import { dataOption, dataPlaces } from "../data-places.ts";
import { deviceOption } from "../device-option.ts";
import { openModel } from "../open-model.ts";
import { reportJson } from "../report-json.ts";
import { software } from "../software.ts";
import { UsageError } from "../usage-error.ts";

export const evaluateCommand = defineCommand({
  description:
    "Scores a saved model on the labelled beats, segments or recordings of a dataset. On the dataset that it was trained on, the parts are those of " +
    "its own split, which its card names.",
  arguments: { model: argument.one("the model file, or the name of a shipped model") },
  options: {
    dataset: option.text("--dataset <name>", "the dataset"),
    part: option.choice("--part <part>", "default: test on the model's own dataset, all on another", [
      "train",
      "validation",
      "test",
      "all",
    ]),
    data: dataOption,
    device: deviceOption,
    set: option.texts(
      "--set <key=value>",
      "an option of the dataset: directory=mine (may be repeated; default: those of the training, on its dataset)",
    ),
    out: option.text("--out <file.html>", "also write the report as a page"),
  },
  examples: [{ command: "evaluate model.onnx --dataset mitdb", does: "the model's own test part again" }],
  run: async ({ model, dataset: name, part, data, device, set, out }, context) => {
    if (name === undefined) throw new UsageError("expected --dataset <name>, found none");
    const wrong = set.find((change) => !/^[^=]+=/.test(change));
    if (wrong !== undefined) throw new UsageError(`expected --set <key=value>, found "${wrong}"`);
    const predictor = await openModel(model, { cwd: context.cwd, device, signal: context.signal });
    const { dataset: trained, protocol } = predictor.card.training;
    const own = trained === name ? (protocol.options ?? {}) : {};
    const given = set.reduce<unknown>((value, change) => changeValue(value, change, { what: "the dataset" }), own);
    try {
      const report = await evaluateModel(predictor, {
        dataset: await locateDataset(name, {
          ...dataPlaces(data, context),
          options: given as Readonly<Record<string, unknown>>,
        }),
        part,
        now: context.now,
        date: new Date().toISOString(),
        software: await software(),
      });
      if (out !== undefined) await writeFileWhole(resolve(context.cwd, out), renderReportHtml(report));
      context.result({
        json: reportJson(report),
        text: () => renderReportText(report, { width: Math.min(context.columns, 120), colour: context.colour }),
      });
    } finally {
      await predictor.close();
    }
  },
});
