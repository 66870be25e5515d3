import type { AnyCommand } from "./command.ts";

/** One line of the table: enough for the overview; the rest is loaded when the command is called. */
export interface CommandEntry {
  /** One word, or two for a command of a group: `data get`. */
  readonly name: string;
  /** For the overview, without a full stop. */
  readonly summary: string;
  /** Whether the group's name alone means this command. */
  readonly isDefault?: true;
  /** Loads the declaration; kept apart, so that `einthoven --help` starts at once. */
  load(): Promise<AnyCommand>;
}

/** Groups of commands, for the overview. */
export const commandGroups: Readonly<Record<string, string>> = {
  data: "datasets: where they are, download, check",
  recipes: "the published numbers that can be run: list, show",
  models: "the nets that a recipe can name: list, show",
};

/** Every command, in the order of the overview. A new one is one file and one line here. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: "demo",
    summary: "the whole path on virtual patients: record, train, report, classify",
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
  {
    name: "data list",
    summary: "show the datasets and where they are",
    load: async () => (await import("./commands/data-list.ts")).dataListCommand,
  },
  {
    name: "data get",
    summary: "download a dataset, or the rest of it",
    load: async () => (await import("./commands/data-get.ts")).dataGetCommand,
  },
  {
    name: "data verify",
    summary: "check every file of a dataset against its published digest",
    load: async () => (await import("./commands/data-verify.ts")).dataVerifyCommand,
  },
  {
    name: "info",
    summary: "header, leads, length, checksums and annotations of recordings",
    load: async () => (await import("./commands/info.ts")).infoCommand,
  },
  {
    name: "convert",
    summary: "write a recording in another format",
    load: async () => (await import("./commands/convert.ts")).convertCommand,
  },
  {
    name: "plot",
    summary: "draw a stretch of a recording on ECG paper",
    load: async () => (await import("./commands/plot.ts")).plotCommand,
  },
  {
    name: "run",
    summary: "train and evaluate what a recipe describes, or all recipes",
    load: async () => (await import("./commands/run.ts")).runCommand,
  },
  {
    name: "recipes list",
    summary: "show the recipes, their data and published numbers",
    isDefault: true,
    load: async () => (await import("./commands/recipes-list.ts")).recipesListCommand,
  },
  {
    name: "recipes show",
    summary: "a recipe in full",
    load: async () => (await import("./commands/recipes-show.ts")).recipesShowCommand,
  },
  {
    name: "models list",
    summary: "show the nets that a recipe can name",
    isDefault: true,
    load: async () => (await import("./commands/models-list.ts")).modelsListCommand,
  },
  {
    name: "models show",
    summary: "layers, shapes, parameters and multiply-adds of a net",
    load: async () => (await import("./commands/models-show.ts")).modelsShowCommand,
  },
  {
    name: "find-rate",
    summary: "look for a recipe's learning rate",
    load: async () => (await import("./commands/find-rate.ts")).findRateCommand,
  },
  {
    name: "search",
    summary: "try settings of a recipe and keep the best on its validation part",
    load: async () => (await import("./commands/search.ts")).searchCommand,
  },
  {
    name: "transfer",
    summary: "what runs gain by starting from another training, by their training folds",
    load: async () => (await import("./commands/transfer.ts")).transferCommand,
  },
  {
    name: "evaluate",
    summary: "score a saved model on a dataset",
    load: async () => (await import("./commands/evaluate.ts")).evaluateCommand,
  },
  {
    name: "score",
    summary: "measure anybody's predictions: the field's metrics on .npy and .csv files",
    load: async () => (await import("./commands/score.ts")).scoreCommand,
  },
  {
    name: "classify",
    summary: "find and classify the beats of recordings with a saved model",
    load: async () => (await import("./commands/classify.ts")).classifyCommand,
  },
];
