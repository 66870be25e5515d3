import { appendFile, readFile, readdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";

import { UserError } from "../../core/errors.ts";
import { makeFolder } from "../../core/make-folder.node.ts";
import { writeFileWhole } from "../../core/write-file.node.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../fit/checkpoint.ts";
import type { AnyRecipe } from "../recipe/recipe.ts";

/** The folder of a run: plain files, each whole or absent, so that a killed run can be continued. */
export interface RunFolder {
  readonly directory: string;
  write(name: string, content: Uint8Array | string): Promise<void>;
  /** The file's text, or `undefined` where it is not there. */
  readText(name: string): Promise<string | undefined>;
  readBytes(name: string): Promise<Uint8Array | undefined>;
  remove(name: string): Promise<void>;
  /** Adds a line to `events.jsonl`. */
  logEvent(event: unknown): Promise<void>;
  writeCheckpoint(name: string, checkpoint: Checkpoint): Promise<void>;
  readCheckpoint(name: string): Promise<Checkpoint | undefined>;
}

/** A recipe as a run's folder keeps it. */
export function writtenRecipe(recipe: AnyRecipe): string {
  return `${JSON.stringify(recipe, undefined, 2)}\n`;
}

/** @throws UserError where what a run's folder has as its recipe is another. */
export function requireRecipe(
  present: string | undefined,
  { recipe, directory }: { readonly recipe: AnyRecipe; readonly directory: string },
): void {
  if (present === writtenRecipe(recipe)) return;
  throw new UserError(`Cannot resume the run in ${directory}: its recipe.json differs from the recipe given.`);
}

/**
 * Opens the folder of a run and puts the recipe there.
 * @throws UserError where the folder holds something else, or a run and `resume` was not asked for, or another recipe's.
 */
export async function openRunFolder(
  directory: string,
  { recipe, resume }: { readonly recipe: AnyRecipe; readonly resume: boolean },
): Promise<RunFolder> {
  await makeFolder(directory);
  const folder = plainFolder(directory);
  const recipeText = writtenRecipe(recipe);
  const present = await folder.readText("recipe.json");
  const others = (await readdir(directory)).filter((name) => name !== "recipe.json" && !name.includes(".part-"));
  if (present === undefined && others.length > 0) {
    throw new UserError(`Cannot run into ${directory}: expected an empty folder or one of a run, found ${others[0]}.`);
  }
  if (others.length === 0) {
    // New, or left by a run that ended before it had anything to keep.
    await folder.write("recipe.json", recipeText);
    return folder;
  }
  if (!resume) {
    throw new UserError(
      `Cannot run into ${directory}: it already holds a run. Continue it with --resume, or choose another folder with --out.`,
    );
  }
  requireRecipe(present, { recipe, directory });
  await dropHalfLine(join(directory, "events.jsonl"));
  return folder;
}

function plainFolder(directory: string): RunFolder {
  const path = (name: string) => join(directory, name);
  const readBytes = async (name: string) => {
    try {
      return new Uint8Array(await readFile(path(name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  };
  return {
    directory,
    write: (name, content) => writeFileWhole(path(name), content),
    readBytes,
    readText: async (name) => {
      const bytes = await readBytes(name);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    remove: (name) => rm(path(name), { force: true }),
    logEvent: (event) => appendFile(path("events.jsonl"), `${JSON.stringify(event)}\n`),
    writeCheckpoint: async (name, checkpoint) => writeFileWhole(path(name), await encodeCheckpoint(checkpoint)),
    readCheckpoint: async (name) => {
      const bytes = await readBytes(name);
      return bytes === undefined ? undefined : decodeCheckpoint(bytes, { file: path(name) });
    },
  };
}

/** A kill may have cut the last line. */
async function dropHalfLine(path: string): Promise<void> {
  const text = await readFile(path).catch(() => undefined);
  if (text === undefined || text.length === 0) return;
  const end = text.lastIndexOf(0x0a) + 1;
  if (end < text.length) await truncate(path, end);
}
