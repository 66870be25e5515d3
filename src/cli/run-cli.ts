import { readFile } from "node:fs/promises";
import { inspect } from "node:util";

import { CommanderError } from "commander";

import { buildProgram, type Invocation } from "./build-program.ts";
import { type CommandEntry, commandTable } from "./command-table.ts";
import { type CliEnvironment, createContext, fillEnvironment, wantsColour } from "./context.ts";
import { describeError } from "./describe-error.ts";
import { createProgress } from "./progress.ts";
import { UsageError } from "./usage-error.ts";

/** Exit codes of the program. */
export const exitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * Runs the program in this process: `argv` without the program's own name. Returns the exit code and never throws. What
 * it prints goes to the environment's sinks; it ends soon after the environment's signal is aborted.
 */
export async function runCli(
  argv: readonly string[],
  environment: CliEnvironment,
  table: readonly CommandEntry[] = commandTable,
): Promise<number> {
  const world = fillEnvironment(environment);
  const { stderr, stdout, env, signal, isTty, columns, now } = world;
  const colour = isTty.stderr && wantsColour(env);
  const progress = createProgress({ stderr, isTty: isTty.stderr && env.TERM !== "dumb", colour, columns, now });
  let debug = argv.includes("--debug");
  try {
    let invocation: Invocation | undefined;
    const program = await buildProgram({
      table,
      argv,
      version: await packageVersion(),
      invoke: (found) => (invocation = found),
    });
    for (const command of [program, ...program.commands, ...program.commands.flatMap((group) => group.commands)]) {
      command.exitOverride().configureOutput({
        writeOut: (text) => stdout.write(text),
        writeErr: (text) => stderr.write(text),
        outputError: () => {},
        getOutHelpWidth: () => Math.min(columns, 100),
        getErrHelpWidth: () => Math.min(columns, 100),
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
    }
    await program.parseAsync([...argv], { from: "user" });
    if (invocation === undefined) return exitCode.usage;
    const flags = program.opts<{ json?: boolean; debug?: boolean }>();
    debug = flags.debug === true;
    const context = createContext(world, { json: flags.json === true, debug, progress });
    await invocation.command.run(invocation.input, context);
    return exitCode.done;
  } catch (error) {
    progress.clear();
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.done;
    if (error instanceof CommanderError && error.code === "commander.help") return exitCode.usage;
    if (debug) stderr.write(`${inspect(error, { depth: 4 })}\n`);
    if (signal.aborted) {
      stderr.write("Interrupted.\n");
      return exitCode.interrupted;
    }
    if (error instanceof CommanderError || error instanceof UsageError) {
      stderr.write(`${usageSentence(error.message)}\n`);
      return exitCode.usage;
    }
    stderr.write(`${describeError(error)}\n`);
    return exitCode.failed;
  }
}

/** `error: unknown option '--form'\n(Did you mean --from?)` in the manner of this program. */
function usageSentence(message: string): string {
  const text = message
    .replace(/^error: /, "")
    .replace(/ argument '.*' is invalid\. (?=expected )/s, ": ")
    .replace(/\s*\n\s*/g, " ")
    .replace(/\.$/, "");
  return /^[A-Z]/.test(text) ? text : `Wrong usage: ${text}`;
}

async function packageVersion(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
