import { homedir } from "node:os";

import { plainText } from "../evaluate/index.ts";
import type { Progress } from "./progress.ts";
import type { TextSink } from "./text-sink.ts";

/** The world around the program. Everything that a test wants to replace comes in here. */
export interface CliEnvironment {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly cwd?: string;
  readonly home?: string;
  /** As `process.platform` has it. */
  readonly platform?: string;
  /** Aborted when the person presses Ctrl-C. */
  readonly signal?: AbortSignal;
  /** Which streams are terminals. */
  readonly isTty?: { readonly stdout: boolean; readonly stderr: boolean };
  /** Width of the terminal, in characters. */
  readonly columns?: number;
  /** A clock that only runs forward, milliseconds. */
  readonly now?: () => number;
}

/** What a command gets beside its arguments. */
export interface CliContext extends Required<CliEnvironment> {
  /** `--json` was given: stdout takes one JSON document and nothing else. */
  readonly json: boolean;
  /** `--debug` was given. */
  readonly debug: boolean;
  /** Colours are wanted on stdout: it is a terminal, and NO_COLOR is not set. */
  readonly colour: boolean;
  /** Bars and lines on stderr. */
  readonly progress: Progress;
  /**
   * Prints the command's result, once: `json` as one document where `--json` was given, otherwise `text`, which ends
   * without a line feed.
   */
  result(result: { readonly json: unknown; readonly text: () => string }): void;
  /** Prints one line on stderr, for people. */
  note(message: string): void;
}

/** What a terminal is taken for that does not say how wide it is, or says 0. */
const usualColumns = 80;

export function fillEnvironment({ columns = 0, ...given }: CliEnvironment): Required<CliEnvironment> {
  return {
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    platform: process.platform,
    signal: new AbortController().signal,
    isTty: { stdout: false, stderr: false },
    columns: columns > 0 ? columns : usualColumns,
    now: () => performance.now(),
    ...given,
  };
}

export function createContext(
  environment: Required<CliEnvironment>,
  flags: { readonly json: boolean; readonly debug: boolean; readonly progress: Progress },
): CliContext {
  const { stdout, isTty, env } = environment;
  return {
    ...environment,
    ...flags,
    colour: isTty.stdout && wantsColour(env),
    result: ({ json, text }) => {
      stdout.write(`${flags.json ? JSON.stringify(json, null, 2) : text()}\n`);
    },
    // What a file says of itself could steer the terminal.
    note: (message) => flags.progress.note(plainText(message)),
  };
}

/** The convention of no-color.org, and terminals that can do nothing. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}
