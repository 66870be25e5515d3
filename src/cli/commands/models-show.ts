import { changeValue } from "../../core/change-value.ts";
import { renderTextTable } from "../../evaluate/report/text-table.ts";
import { type ModelSummary, summariseNet, traceNet } from "../../models/index.ts";
import { loadArchitecture } from "../../models/index.node.ts";
import { argument, defineCommand, option } from "../command.ts";
import { UsageError } from "../usage-error.ts";

const usual = { channels: 1, samples: 250, classCount: 5 };

const size = (flags: string, what: string, value: number) =>
  option.number(flags, `${what} (default: ${value})`, { minimum: 1, whole: true });

export const modelsShowCommand = defineCommand({
  description:
    "Shows what a net is made of, counted on its graph: the shape that each layer gives for one row, its parameters (weights that an " +
    "earlier layer has already are not counted again), and the multiply-adds of one row.",
  arguments: {
    name: argument.one("a model's name; or the file of an own one: a JavaScript or TypeScript module, or .onnx"),
  },
  options: {
    channels: size("--channels <n>", "leads of the signal", usual.channels),
    samples: size("--samples <n>", "samples of each", usual.samples),
    classes: size("--classes <n>", "classes", usual.classCount),
    set: option.texts("--set <key=value>", "a setting of the model: dropout=0.3 (may be repeated)"),
  },
  examples: [
    {
      command: "models show multi-branch-cnn --samples 251",
      does: "layers, shapes and counts for windows of 251 samples",
    },
    { command: "models show ./my-net.js --channels 12 --samples 1000 --set filters=64", does: "an own net" },
  ],
  run: async (input, context) => {
    const wrong = input.set.find((change) => !/^[^=]+=/.test(change));
    if (wrong !== undefined) throw new UsageError(`expected --set <key=value>, found "${wrong}"`);
    const { architecture } = await loadArchitecture(input.name, { directory: context.cwd });
    const what = `the settings of ${architecture.name}`;
    const settings = input.set.reduce<unknown>((value, change) => changeValue(value, change, { what }), {});
    const net = traceNet(architecture, {
      mode: "inference",
      settings,
      batch: 1,
      channels: input.channels ?? usual.channels,
      samples: input.samples ?? usual.samples,
      classCount: input.classes ?? usual.classCount,
    });
    const { name, source } = architecture;
    const { rows: layers, ...summary } = summariseNet(net);
    context.result({
      json: { name, source, settings, ...summary, layers },
      text: () =>
        renderTextTable(describe(name, { ...summary, rows: layers }), {
          width: Math.max(context.columns, 400),
          colour: context.colour,
        }),
    });
  },
});

function describe(name: string, { inputs, outputs, rows, parameters, multiplyAdds }: ModelSummary) {
  const shape = (sizes: readonly number[]) => sizes.map(count).join(" × ");
  const named = (shapes: ModelSummary["inputs"]) =>
    Object.entries(shapes)
      .map(([each, sizes]) => `${each} ${shape(sizes)}`)
      .join(", ");
  const fixed = parameters.total - parameters.trained;
  return {
    title: `${name}: ${named(inputs)} → ${named(outputs)}`,
    columns: [
      { label: "layer", align: "left" as const },
      { label: "kind", align: "left" as const },
      { label: "output", align: "right" as const },
      { label: "parameters", align: "right" as const },
      { label: "multiply-adds", align: "right" as const },
    ],
    rows: rows.map((row) => [
      row.name,
      row.kind,
      shape(row.output),
      row.shared ? "shared" : numberOrNothing(row.parameters),
      numberOrNothing(row.multiplyAdds),
    ]),
    note:
      `${count(parameters.total)} parameters${fixed === 0 ? "" : `, ${count(fixed)} of them running statistics or fixed`}; ` +
      `${count(multiplyAdds)} multiply-adds for each row`,
  };
}

const count = (value: number) => value.toLocaleString("en-US");

const numberOrNothing = (value: number) => (value === 0 ? "" : count(value));
