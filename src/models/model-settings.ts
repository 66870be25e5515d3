import type { z } from "zod";

import { UserError } from "../core/errors.ts";

/**
 * How an architecture's settings are checked: a zod schema, or a function that takes what a recipe says and returns the
 * settings or throws an error that says what is wrong with them.
 */
export type SettingsSchema<Settings> = z.ZodType<Settings> | SettingsParser<Settings>;

/** Written as a method's type, so that a function may say of its parameter what it checks: `({ filters = 8 }) => …`. */
type SettingsParser<Settings> = { parse(given: unknown): Settings }["parse"];

export interface ParsedArchitecture<Settings> {
  readonly name: string;
  readonly settings?: SettingsSchema<Settings>;
}

/** The settings of a model from what a recipe says. @throws UserError in one sentence. */
export function parseModelSettings<Settings>(
  { name, settings: schema }: ParsedArchitecture<Settings>,
  given: unknown,
): Settings {
  const mistake = (text: string) =>
    new UserError(`Cannot build model ${name}: ${text.replace(/\s*\n\s*/g, " ").replace(/\.$/, "")}.`);
  if (schema === undefined) {
    const keys = Object.keys((given as object | undefined) ?? {});
    if (keys.length > 0) throw mistake(`expected no settings, found ${keys.join(", ")}`);
    return {} as Settings;
  }
  if (typeof schema === "function") {
    try {
      return schema(given);
    } catch (error) {
      throw mistake(error instanceof Error ? error.message : String(error));
    }
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "settings"}: ${message}`);
  throw mistake(problems.join("; "));
}
