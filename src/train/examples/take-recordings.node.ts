import type { Recording } from "../../core/recording.ts";
import type { ExampleEvent, ReadExamplesOptions } from "./example-kind.node.ts";

export interface TakeRecordingsOptions extends Pick<ReadExamplesOptions, "dataset" | "recordNames"> {
  /** Those that it does not hold for are left out. */
  readonly keep: (recording: Recording) => boolean;
}

/**
 * Passes a dataset's recordings one at a time to who cuts them, and tells of each as it is taken.
 * @returns what `cut` makes of them.
 */
export async function* takeRecordings<Result>(
  { dataset, recordNames, keep }: TakeRecordingsOptions,
  cut: (recordings: AsyncIterable<Recording>) => Promise<Result>,
): AsyncGenerator<ExampleEvent, Result> {
  const queue: ExampleEvent[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  async function* recordings(): AsyncGenerator<Recording> {
    try {
      for (const [index, record] of recordNames.entries()) {
        const recording = await dataset.open(record);
        if (keep(recording)) yield recording;
        queue.push({ kind: "record", record, done: index + 1, records: recordNames.length });
        wake?.();
        // Lets the reader of the events have its turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      ended = true;
      wake?.();
    }
  }
  const cutting = cut(recordings());
  // Its failure is thrown below, once the events are through.
  cutting.catch(() => {});
  while (!ended || queue.length > 0) {
    const event = queue.shift();
    if (event !== undefined) yield event;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
  return cutting;
}

/** Whether a recording has a lead of one of these names. */
export function hasLead({ leads }: Recording, names: readonly string[]): boolean {
  const wanted = names.map((name) => name.toUpperCase());
  return leads.some((lead) => wanted.includes(lead.name.toUpperCase()));
}
