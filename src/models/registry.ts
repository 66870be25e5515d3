import { UserError } from "../core/errors.ts";
import type { Architecture } from "./architecture.ts";
import { multiBranchCnn } from "./multi-branch-cnn.ts";

/** Every architecture that a recipe can name. */
export const architectures: readonly Architecture[] = [multiBranchCnn as Architecture];

/** @throws UserError that lists the known names. */
export function findArchitecture(name: string): Architecture {
  const found = architectures.find((architecture) => architecture.name === name);
  if (found === undefined) {
    const known = architectures.map((architecture) => architecture.name).join(", ");
    throw new UserError(`Cannot find model "${name}": expected one of ${known}.`);
  }
  return found;
}
