import { changeOf } from "./plan-search.ts";
import { scoreLabel } from "./render-search.ts";
import type { SearchReport } from "./search-report.ts";

/** The changes of the best trial, as `--set` takes them. */
export function bestChanges({ best }: SearchReport): string[] {
  return best === undefined ? [] : Object.entries(best.values).map(changeOf);
}

/** What the recipe with the best settings says of itself. */
export function bestDescription(report: SearchReport, description: string): string {
  const { best, method, trials, seed, monitor, fold } = report;
  const drawn = method === "grid" ? "" : `, seed ${seed}`;
  return (
    `${description} Settings of trial ${best!.number} of ${trials.length} (${method} search${drawn}), chosen by ` +
    `${scoreLabel(monitor).toLowerCase()} on the validation part of ${fold}: ${bestChanges(report).join(", ")}.`
  );
}
