import { UserError } from "../../core/errors.ts";
import { datasetEntry, getCommand, listDatasets, type Verification, verifyDataset } from "../../datasets/index.ts";
import { argument, defineCommand } from "../command.ts";
import { dataOption, dataPlaces } from "../data-places.ts";
import type { RunningTask } from "../progress.ts";

export const dataVerifyCommand = defineCommand({
  description:
    "Reads every file of a dataset and compares its SHA-256 with the list that PhysioNet publishes. Exit code 1 where a " +
    "file is missing or wrong.",
  arguments: { name: argument.one("the dataset, as `einthoven data list` shows it") },
  options: { data: dataOption },
  examples: [
    { command: "data verify mitdb", does: "checks the copy that the program would use" },
    { command: "data verify mitdb --data /data/physionet --json", does: "checks the copy in that folder" },
  ],
  run: async ({ name, data }, context) => {
    const places = dataPlaces(data, context);
    const { kind } = datasetEntry(name);
    const directory = (await listDatasets(places)).find((dataset) => dataset.name === name)?.directory;
    if (directory === undefined) {
      throw new UserError(
        kind === "synthetic" || kind === "generated"
          ? `Cannot verify dataset ${name}: the program makes it itself, there are no files`
          : `Cannot verify dataset ${name}: found none of its files. Get it with: ${getCommand(name, data)}`,
      );
    }
    let task: RunningTask | undefined;
    const verification = await verifyDataset(name, directory, {
      ...(data === undefined ? {} : { dataDirectory: data }),
      signal: context.signal,
      onProgress: ({ file, done, total }) => {
        task ??= context.progress.begin({ label: `Verifying ${name}`, total, unit: "files" });
        task.update(done, file);
      },
    });
    task?.end();
    context.result({
      json: { name, directory, ...verification },
      text: () => describe(verification, directory),
    });
    if (!verification.ok) {
      const { wrong, missing, unlisted } = verification;
      const command = getCommand(name, data);
      throw new UserError(
        `Cannot vouch for dataset ${name}: found ${wrong.length} wrong and ${missing.length} missing files in ` +
          `${directory}${unlisted > 0 ? `, and a list of digests without ${unlisted} of the published files` : ""}. Get them with: ${command}`,
      );
    }
  },
});

function describe({ right, missing, wrong, extra }: Verification, directory: string): string {
  const wrongNames = wrong.map(({ file }) => file);
  return [
    `${right} files in ${directory} are as published`,
    ...listFiles("wrong", wrongNames),
    ...listFiles("missing", missing),
    ...listFiles("not in the published list", extra),
  ].join("\n");
}

function listFiles(title: string, files: readonly string[]): string[] {
  if (files.length === 0) return [];
  return [`${title}: ${files.slice(0, 20).join(", ")}${files.length > 20 ? `, … (${files.length})` : ""}`];
}
