import { basename } from "node:path";

import { FormatError, UserError } from "../core/errors.ts";
import { plainText } from "../evaluate/index.ts";

/** What the system's error codes mean, in words. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "another program is using it",
  EDQUOT: "your quota on this disk is used up",
  EEXIST: "it exists already",
  EFBIG: "the file would become larger than the system allows",
  EIO: "the disk reported an input or output error",
  EISDIR: "it is a folder, not a file",
  ELOOP: "too many symbolic links",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
  ENFILE: "too many files are open on this machine",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of its path is a file, not a folder",
  ENOTEMPTY: "the folder is not empty",
  EPERM: "permission denied",
  EROFS: "it is on a read-only disk",
};

/** What the system was asked to do, as a verb; `open` alone does not say whether to read or to write. */
const verbs: Readonly<Record<string, string>> = {
  read: "read",
  scandir: "read",
  stat: "read",
  lstat: "read",
  write: "write",
  fsync: "write",
  ftruncate: "write",
  rename: "write",
  mkdir: "make",
  rm: "delete",
  unlink: "delete",
};

/** One sentence about an error of any kind, for a person. Names the file where the error does. */
export function describeError(error: unknown): string {
  if (error instanceof UserError || error instanceof FormatError) return oneLine(error.message);
  if (isSystemError(error)) return oneLine(describeSystemError(error));
  const found = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return oneLine(`Cannot go on: found an error nobody expected, ${found} (--debug shows where)`);
}

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
  readonly dest?: string;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code in reasons;
}

function describeSystemError({ code, syscall, path, dest }: SystemError): string {
  const full = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
  const verb = verbs[syscall ?? ""] ?? (full ? "write" : "open");
  const file = finalName(dest ?? path) ?? (full ? "the output" : "a file");
  return `Cannot ${verb} ${file}: ${reasons[code]} (${code})`;
}

/** The name that a person knows, for a file that is written under another name first (`F.part-1234`). */
function finalName(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  return /\.part-\d+$/.test(basename(path)) ? path.replace(/\.part-\d+$/, "") : path;
}

/** Without control characters: a message may name what a file says of itself. */
function oneLine(text: string): string {
  return plainText(text.replace(/\s*\n\s*/g, " ").trim());
}
