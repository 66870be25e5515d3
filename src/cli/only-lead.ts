import { UserError } from "../core/errors.ts";
import type { Recording } from "../core/recording.ts";

/** The recording with one of its leads alone. @throws UserError where it has none of that name. */
export function onlyLead(recording: Recording, name: string): Recording {
  const lead = recording.leads.find((each) => each.name.toUpperCase() === name.toUpperCase());
  if (lead !== undefined) return { ...recording, leads: [lead] };
  throw new UserError(
    `Cannot use recording ${recording.id}: expected lead ${name}, ` +
      `found ${recording.leads.map((each) => each.name).join(", ") || "no leads"}.`,
  );
}
