import type { AnyCommand } from "./command.ts";

/** One line of the table: enough for the overview; the rest is loaded when the command is called. */
export interface CommandEntry {
  /** One word, or two for a command of a group: `data get`. */
  readonly name: string;
  /** For the overview, without a full stop. */
  readonly summary: string;
  /** Loads the declaration; kept apart, so that `einthoven --help` starts at once. */
  load(): Promise<AnyCommand>;
}

/** Groups of commands, for the overview. */
export const commandGroups: Readonly<Record<string, string>> = {
  data: "datasets: where they are, download, check",
};

/** Every command, in the order of the overview. A new one is one file and one line here. */
export const commandTable: readonly CommandEntry[] = [];
