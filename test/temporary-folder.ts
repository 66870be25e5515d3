import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One temporary folder for whatever the tests and the programs they start write; it goes when they have ended. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "einthoven-tests-"));
  for (const name of ["TMPDIR", "TMP", "TEMP"]) process.env[name] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
