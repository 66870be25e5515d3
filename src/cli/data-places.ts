import { resolve } from "node:path";

import type { DataPlaces } from "../datasets/index.ts";
import { option } from "./command.ts";
import type { CliContext } from "./context.ts";

/** The option of every command that needs a dataset. */
export const dataOption = option.text(
  "--data <dir>",
  "where datasets lie (default: EINTHOVEN_DATA, then the cache of this machine)",
);

/** Where datasets may lie, from `--data` and the environment. */
export function dataPlaces(
  data: string | undefined,
  { cwd, env, home, platform }: Pick<CliContext, "cwd" | "env" | "home" | "platform">,
): DataPlaces {
  return { env, home, platform, ...(data === undefined ? {} : { dataDirectory: resolve(cwd, data) }) };
}
