import { isFlatLead } from "../beats/index.ts";
import { UserError } from "../core/errors.ts";
import type { Lead, Notice, Recording } from "../core/recording.ts";

/** A notice where leads that are read are flat. @throws UserError where all of them are: then nothing can be said. */
export function flatNotices({ id }: Pick<Recording, "id">, leads: readonly Lead[]): Notice[] {
  const flat = leads.filter(isFlatLead).map(({ name }) => name);
  if (flat.length === 0) return [];
  const names = flat.join(", ");
  if (flat.length === leads.length) {
    throw new UserError(`Cannot classify recording ${id}: expected a signal in ${names}, found a flat line.`);
  }
  return [{ code: "flat", message: flat.length === 1 ? `Lead ${names} is flat.` : `Leads ${names} are flat.` }];
}

/** A notice where over a tenth of the samples that are read are missing, and straight lines stand for them. */
export function bridgedNotices(bridged: number, samples: number): Notice[] {
  const share = bridged / Math.max(1, samples);
  if (share <= 0.1) return [];
  const message = `${(100 * share).toFixed(0)} % of the samples are missing; straight lines stand for them.`;
  return [{ code: "bridged", message }];
}

/** A notice where a recording is less than half of what the net reads at once. */
export function shortNotices({ seconds, window }: { readonly seconds: number; readonly window: number }): Notice[] {
  if (seconds >= window / 2) return [];
  const message = `The recording has ${seconds.toFixed(1)} s of the ${window} s that the model reads at once; zeros stand for the rest.`;
  return [{ code: "short", message }];
}

/** The recording's leads of these names, each the first of its name. */
export function leadsNamed({ leads }: Pick<Recording, "leads">, names: readonly string[]): Lead[] {
  return names.map((name) => leads.find((lead) => lead.name === name)!);
}
