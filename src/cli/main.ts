#!/usr/bin/env node
import { inspect } from "node:util";

import { describeError } from "./describe-error.ts";
import { exitCode, runCli } from "./run-cli.ts";

// The only file that touches the process: streams, signals, exit code.

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interrupt.abort(new DOMException("Interrupted.", "AbortError"));
    // The second time, the person does not want to wait: without a listener the signal ends the process as it is. `process.exit` would
    // end the threads first, and ONNX Runtime aborts where one is in the middle of a step.
    for (const each of ["SIGINT", "SIGTERM"]) process.removeAllListeners(each);
  });
}

/** Why stdout can't take any more. A reader that went away (`| head`) had enough: no error. */
let outputError: NodeJS.ErrnoException | undefined;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") outputError ??= error;
});
process.stderr.on("error", () => {});

// An error outside of what the command waits for. It must not look different from the others.
process.on("uncaughtException", (error) => {
  process.stderr.write(`${interrupt.signal.aborted ? "Interrupted." : describeError(error)}\n`);
  if (process.argv.includes("--debug")) process.stderr.write(`${inspect(error)}\n`);
  process.exit(interrupt.signal.aborted ? exitCode.interrupted : exitCode.failed);
});

const code = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupt.signal,
  isTty: { stdout: process.stdout.isTTY === true, stderr: process.stderr.isTTY === true },
  columns: process.stdout.columns ?? process.stderr.columns ?? 0,
});
await new Promise<void>((resolve) => {
  process.stdout.write("", () => resolve());
});
if (code === exitCode.done && outputError !== undefined) {
  process.stderr.write(`${describeError(outputError)}\n`);
}
process.exit(code === exitCode.done && outputError !== undefined ? exitCode.failed : code);
