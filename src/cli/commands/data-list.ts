import { type DatasetStatus, getCommand, listDatasets } from "../../datasets/index.ts";
import { renderTextTable } from "../../evaluate/report/text-table.ts";
import { defineCommand } from "../command.ts";
import { dataOption, dataPlaces } from "../data-places.ts";
import { formatCount } from "../format-quantity.ts";

export const dataListCommand = defineCommand({
  description: "Shows every dataset that the program knows, and where its files are on this machine.",
  arguments: {},
  options: { data: dataOption },
  examples: [
    { command: "data list", does: "shows the datasets" },
    { command: "data list --data /data/physionet --json", does: "looks in that folder alone; one JSON document" },
  ],
  run: async ({ data }, context) => {
    const datasets = await listDatasets(dataPlaces(data, context));
    context.result({ json: datasets, text: () => describe(datasets, { ...context, data }) });
  },
});

function describe(
  datasets: readonly DatasetStatus[],
  { columns, colour, data }: { readonly columns: number; readonly colour: boolean; readonly data: string | undefined },
): string {
  const blocks = datasets.map((dataset) => {
    const { name, title, version, bytes, recordCount, licence } = dataset;
    const facts = [
      `${recordCount} recordings`,
      ...(bytes === undefined ? [] : [formatCount(bytes, "bytes")]),
      ...(version === undefined ? [] : [`version ${version}`]),
      licence,
    ];
    return { name, lines: [title, facts.join(", "), state(dataset, data)] };
  });
  const rows = blocks.flatMap(({ name, lines }) => lines.map((line, i) => [i === 0 ? name : "", line]));
  return renderTextTable(
    {
      title: "Datasets",
      columns: [
        { label: "name", align: "left" },
        { label: "what and where", align: "left" },
      ],
      rows,
    },
    { width: Math.max(columns, 400), colour },
  );
}

function state({ name, directory, files, complete }: DatasetStatus, data: string | undefined): string {
  if (files === undefined) return "made by the program, nothing to download";
  if (complete) return `complete in ${directory}`;
  const get = `get it with: ${getCommand(name, data)}`;
  if (directory === undefined) return `not on this machine; ${get}`;
  return `${files.present} of ${files.expected} files in ${directory}; ${get}`;
}
