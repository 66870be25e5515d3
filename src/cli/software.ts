import { readFile } from "node:fs/promises";

/** This package, as reports and cards name it. */
export async function software(): Promise<{ name: string; version: string }> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  return { name, version };
}
