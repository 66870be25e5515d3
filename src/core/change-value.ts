import { UserError } from "./errors.ts";

/**
 * A copy of a JSON value with one change, `a.b.c=value`: the value is JSON where it parses as JSON, else a string. The
 * path's parts may be new, so that an optional section can be asked for: whoever takes the value says whether it knows them. `what` names
 * the whole for messages.
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
  const outside = (key: string) =>
    new UserError(`Cannot change ${what}: expected a section "${key}" for ${change}, found none.`);
  for (const key of path.slice(0, -1)) {
    if (!isContainer(place) || key === "__proto__") throw outside(key);
    // A list gets no new places.
    if (!Object.hasOwn(place, key) && !Array.isArray(place)) place[key] = {};
    const next: unknown = Object.hasOwn(place, key) ? place[key] : undefined;
    if (!isContainer(next)) throw outside(key);
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
