// MIT-BIH as the program finds it: EINTHOVEN_DATA, the shared copy beside the checkout, then the cache.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";

import { locateDataset } from "../dist/datasets/index.js";

export function locateMitdb() {
  const shared = fileURLToPath(new URL("../../shared/data", import.meta.url));
  const beside = process.env.EINTHOVEN_DATA === undefined && existsSync(shared) ? { dataDirectory: shared } : {};
  return locateDataset("mitdb", { env: process.env, home: homedir(), ...beside });
}
