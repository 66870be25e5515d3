// A peer's script that stays open and answers each line with one line of JSON, so that the two sides can take turns.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Starts `bench/peers/<script> --serve`; `ask(line)` resolves to its answer. */
export function openPeer(script, { python }) {
  const path = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  const child = spawn(python, [path, "--serve"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`The peer ${script} ended without an answer to "${line}".`);
      return JSON.parse(value);
    },
    close: () => child.stdin.end(),
  };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
