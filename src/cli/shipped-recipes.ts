import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expandMember, familyMembers, parseFamily } from "../train/index.ts";

const folder = fileURLToPath(new URL("../../recipes", import.meta.url));

/** A recipe that comes with the package, in a file of its own or as a member of a family. */
export interface ShippedRecipe {
  readonly name: string;
  /** Where its JSON, or its family's, lies. */
  readonly file: string;
  /** The family's pattern of names. */
  readonly family?: string;
  /** Its JSON, expanded; not checked yet. */
  read(): Promise<unknown>;
}

/** All of them: single recipes by name, then the families, each in its own order. */
export async function shippedRecipes(): Promise<readonly ShippedRecipe[]> {
  const single = (await jsonFiles(folder)).map((file): ShippedRecipe => ({
    name: file.slice(0, -".json".length),
    file: join(folder, file),
    read: async () => JSON.parse(await readFile(join(folder, file), "utf8")) as unknown,
  }));
  const families = join(folder, "families");
  const members = await Promise.all(
    (await jsonFiles(families)).map(async (file) => {
      const path = join(families, file);
      const family = parseFamily(await readFile(path, "utf8"), { file });
      return familyMembers(family).map((member): ShippedRecipe => ({
        name: member.name,
        file: path,
        family: family.family,
        read: async () => expandMember(family, member),
      }));
    }),
  );
  return [...single, ...members.flat()];
}

async function jsonFiles(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((file) => file.endsWith(".json")).sort();
}
