/** Where in its input a {@link FormatError} was found. */
export interface ErrorPlace {
  /** The file's name as the caller knows it. */
  readonly file?: string;
  /** Offset from the start of the file, in bytes. */
  readonly byte?: number;
  /** Line number, from 1. */
  readonly line?: number;
}

/**
 * Input that can't be used: damaged, cut, or of an unknown kind. The message is one sentence,
 * `Cannot <verb> <what>: expected <wanted>, found <found>`, followed by the place.
 */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly place: ErrorPlace;

  constructor(message: string, place: ErrorPlace = {}) {
    super(message + describePlace(place));
    this.place = place;
  }
}

/**
 * Anything else that a person can put right: a wrong option, a missing folder, a recording that does not fit a model.
 * The command line prints its message alone, without a stack.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

function describePlace({ file, byte, line }: ErrorPlace): string {
  const parts = [
    file === undefined ? undefined : file,
    line === undefined ? undefined : `line ${line}`,
    byte === undefined ? undefined : `byte ${byte}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
