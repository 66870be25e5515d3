import { resolve } from "node:path";

import { downloadDataset, downloadDirectory } from "../../datasets/index.ts";
import { argument, defineCommand, option } from "../command.ts";
import { dataOption, dataPlaces } from "../data-places.ts";
import { formatCount } from "../format-quantity.ts";
import type { RunningTask } from "../progress.ts";

export const dataGetCommand = defineCommand({
  description:
    "Downloads a dataset from PhysioNet, each file checked against its published SHA-256. What is there already is " +
    "kept; after an interruption, the same command goes on where it stopped.",
  arguments: { name: argument.one("the dataset, as `einthoven data list` shows it") },
  options: {
    data: dataOption,
    from: option.text("--from <dir|url>", "take the files from this folder or address instead"),
  },
  examples: [
    { command: "data get mitdb", does: "downloads the MIT-BIH Arrhythmia Database into the cache" },
    { command: "data get mitdb --data ./data", does: "downloads it into ./data/mitdb" },
    { command: "data get mitdb --from /mnt/physionet", does: "copies it from a local mirror, checked the same way" },
  ],
  run: async ({ name, data, from }, context) => {
    const to = downloadDirectory(name, dataPlaces(data, context));
    let task: RunningTask | undefined;
    const result = await downloadDataset(name, {
      to,
      ...(from === undefined ? {} : { from: isAddress(from) ? from : resolve(context.cwd, from) }),
      signal: context.signal,
      onProgress: ({ bytesDone, bytesTotal, file }) => {
        task ??= context.progress.begin({ label: `Getting ${name}`, total: bytesTotal, unit: "bytes" });
        task.update(bytesDone, file);
      },
    });
    task?.end();
    const { downloaded, skipped, replaced } = result;
    context.result({
      json: { name, ...result },
      text: () =>
        [
          `${name} is complete in ${result.directory}: ${formatCount(downloaded.length, "files")} downloaded, ` +
            `${skipped.length} were there already`,
          ...(replaced.length === 0 ? [] : [`replaced because their content was wrong: ${replaced.join(", ")}`]),
        ].join("\n"),
    });
  },
});

function isAddress(from: string): boolean {
  return /^https?:\/\//i.test(from);
}
