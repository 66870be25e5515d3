import { readFile } from "node:fs/promises";
import { extname, join, relative, resolve } from "node:path";

import { UserError } from "../../core/errors.ts";
import { writeFileWhole } from "../../core/write-file.node.ts";
import {
  type Report,
  type TransferPair,
  markdownTable,
  parseReport,
  renderTextTable,
  renderTransferSvg,
  transferGain,
  transferTable,
} from "../../evaluate/index.ts";
import { type Recipe, parseRecipe } from "../../train/index.ts";
import { argument, defineCommand, option } from "../command.ts";
import type { CliContext } from "../context.ts";
import { UsageError } from "../usage-error.ts";

/** What is written by the extension of --out. */
const writers = {
  ".svg": renderTransferSvg,
  ".md": (gain: Parameters<typeof transferTable>[0]) => `${markdownTable(transferTable(gain))}\n`,
} as const;

export const transferCommand = defineCommand({
  description:
    "Puts finished runs of one recipe side by side: on more and more training folds, from seeded weights and from those of another training (the " +
    "recipe's start), and says what the start gains at each number of folds. How such runs are made: docs/transfer.md.",
  arguments: { runs: argument.many("folders of finished runs, a pair for each number of training folds") },
  options: {
    metric: option.text("--metric <name>", "what is compared: macroAuc (the default), accuracy, classes.MI.auc, …"),
    out: option.text("--out <file>", "where to draw or write it: an .svg or .md file (default: nowhere)"),
  },
  examples: [
    { command: "transfer runs/icbeb-transfer-* --out transfer.svg", does: "the gain by training folds, drawn" },
  ],
  run: async ({ runs, metric = "macroAuc", out }, context) => {
    const extension = out === undefined ? undefined : extname(out).toLowerCase();
    if (extension !== undefined && !(extension in writers)) {
      throw new UsageError(`--out: expected a file that ends in .svg or .md, found ${out}`);
    }
    const pairs = pairUp(await Promise.all(runs.map((folder) => readRun(folder, context))));
    const gain = transferGain(pairs, { metric });
    if (gain.points.every(({ gain: each }) => each === undefined)) {
      throw new UserError(
        `Cannot compare by ${metric}: expected a measure that some pair of reports has, found it undefined or of no such name.`,
      );
    }
    const path = out === undefined ? undefined : resolve(context.cwd, out);
    if (path !== undefined) await writeFileWhole(path, writers[extension as keyof typeof writers](gain));
    context.result({
      json: JSON.parse(JSON.stringify(gain, (_, value: unknown) => value ?? null)),
      text: () => {
        const table = renderTextTable(transferTable(gain), {
          width: Math.min(context.columns, 120),
          colour: context.colour,
        });
        return path === undefined ? table : `${table}\nWritten to ${relative(context.cwd, path)}`;
      },
    });
  },
});

interface FinishedRun {
  readonly folder: string;
  readonly recipe: Recipe;
  readonly report: Report;
}

async function readRun(folder: string, { cwd }: CliContext): Promise<FinishedRun> {
  const read = async (name: string) => {
    const file = resolve(cwd, folder, name);
    return { file, text: await readFile(file, "utf8") };
  };
  const [recipe, report] = [await read("recipe.json"), await read("report.json")];
  return {
    folder,
    recipe: parseRecipe(recipe.text, { file: join(folder, "recipe.json") }),
    report: parseReport(report.text, { file: report.file }),
  };
}

/** @throws UserError where runs are not the same but for their training folds and their start. */
function pairUp(runs: readonly FinishedRun[]): TransferPair[] {
  const mistake = (wanted: string, found: string) =>
    new UserError(`Cannot compare the runs: expected ${wanted}, found ${found}.`);
  const [first] = runs;
  /** By the list of training folds. */
  const found = new Map<string, { readonly folds: number; scratch?: Report; started?: Report }>();
  for (const { folder, recipe, report } of runs) {
    const { split } = recipe;
    if (split.kind !== "official-folds")
      throw mistake("runs over the dataset's own folds", `${split.kind} in ${folder}`);
    if (comparable(recipe) !== comparable(first!.recipe)) {
      throw mistake(
        "the same data, net, validation and test folds in all",
        `others in ${folder} than in ${first!.folder}`,
      );
    }
    // Reports of earlier versions don't say which examples they are of.
    const known = runs.find((each) => each.report.examples !== undefined)?.report.examples;
    if (report.examples !== undefined && report.examples !== known)
      throw mistake(
        "the same recordings in all",
        `others in ${folder} than in those before; the data have changed between`,
      );
    const folds = JSON.stringify([...split.train].sort((a, b) => a - b));
    const pair = found.get(folds) ?? { folds: split.train.length };
    const kind = recipe.start === undefined ? "scratch" : "started";
    if (pair[kind] !== undefined)
      throw mistake(`one such run on training folds ${split.train.join(", ")}`, `a second in ${folder}`);
    found.set(folds, { ...pair, [kind]: report });
  }
  return [...found].map(([key, { folds, scratch, started }]) => {
    if (scratch === undefined || started === undefined) {
      throw mistake(
        `two runs on training folds ${(JSON.parse(key) as number[]).join(", ")}, one of them with a start`,
        "one",
      );
    }
    return { folds, scratch, started };
  });
}

function comparable({ dataset, beats, recordings, segments, model, split }: Recipe): string {
  const { train: _, ...parts } = split as Extract<Recipe["split"], { kind: "official-folds" }>;
  return JSON.stringify([dataset, beats, recordings, segments, model, parts]);
}
