/** The command was called in a wrong way: one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
