import { type CommandEntry } from "../../src/cli/command-table.ts";
import type { CliEnvironment } from "../../src/cli/context.ts";
import { runCli } from "../../src/cli/run-cli.ts";

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in this process and keeps what it prints. No environment variables unless given. */
export async function runInProcess(
  argv: readonly string[],
  environment: Partial<CliEnvironment> = {},
  table?: readonly CommandEntry[],
): Promise<CliRun> {
  let stdout = "";
  let stderr = "";
  const sinks = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
  };
  const code = await runCli(argv, { ...sinks, env: {}, home: "/nowhere", ...environment }, table);
  return { code, stdout, stderr };
}
