import { UserError } from "./errors.ts";

/**
 * A copy of a JSON value with one change, `a.b.c=value`: the value is JSON where it parses as JSON, else a string. The
 * path's last part may be new, the others not. `what` names the whole for messages.
 */
export function changeValue(whole: unknown, change: string, { what }: { readonly what: string }): unknown {
  const equals = change.indexOf("=");
  if (equals < 1) {
    throw new UserError(`Cannot change ${what}: expected key=value, found "${change}".`);
  }
  const path = change.slice(0, equals).split(".");
  const text = change.slice(equals + 1);
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: the text itself.
  }
  const changed: unknown = structuredClone(whole);
  let place = changed;
  for (const key of path.slice(0, -1)) {
    const next: unknown = isContainer(place) && Object.hasOwn(place, key) ? place[key] : undefined;
    if (!isContainer(next)) {
      throw new UserError(`Cannot change ${what}: expected a section "${key}" for ${change}, found none.`);
    }
    place = next;
  }
  const last = path.at(-1)!;
  if (!isContainer(place) || last === "__proto__") {
    throw new UserError(`Cannot change ${what}: expected an object at "${path.join(".")}", found none.`);
  }
  place[last] = value;
  return changed;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
