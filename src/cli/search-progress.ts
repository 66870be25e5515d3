import { type Recipe, type SearchEvent, type SearchPlan, rankedBy } from "../train/index.node.ts";
import type { Progress, RunningTask } from "./progress.ts";

/** Shows a search's events on stderr: a bar over each round's epochs, a line for each trial. */
export function createSearchProgress(
  progress: Progress,
  { recipe, plan }: { readonly recipe: Recipe; readonly plan: SearchPlan },
): (event: SearchEvent) => void {
  const monitor = rankedBy(recipe);
  let task: RunningTask | undefined;
  let done = 0;
  let left = 0;
  return (event) => {
    switch (event.kind) {
      case "rung": {
        const epochs = Number.isFinite(event.epochs) ? ` to epoch ${event.epochs}` : "";
        const round = plan.rungs.length === 1 ? "Trials" : `Round ${event.rung} of ${plan.rungs.length}${epochs}`;
        [done, left] = [0, event.trials];
        task = progress.begin({ label: round, total: event.trials, unit: "trials" });
        return;
      }
      case "epoch": {
        const { epoch, validation } = event.record;
        task?.update(done, `trial ${event.trial}, epoch ${epoch}, validation loss ${validation.loss.toFixed(4)}`);
        return;
      }
      case "trial": {
        const { number, values, results, failure } = event.outcome;
        const settings = Object.entries(values).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
        const found = failure ?? `${monitor} ${results.at(-1)!.validation[monitor]?.toFixed(4) ?? "–"}`;
        progress.note(
          `trial ${number} (${settings.join(", ")}): ${failure === undefined ? found : `failed: ${found}`}`,
        );
        done++;
        left--;
        task?.update(done);
        if (left === 0) task?.end();
        return;
      }
    }
  };
}
