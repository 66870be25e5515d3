import type { Placement, RunEvent, ScoresEvent } from "../train/index.node.ts";
import type { Progress, RunningTask } from "./progress.ts";

/** Shows a run's events on stderr: bars while something goes on, a line when it is done. */
export function createRunProgress(progress: Progress, batch: number): (event: RunEvent | ScoresEvent) => void {
  let task: RunningTask | undefined;
  const end = (detail?: string) => {
    task?.end(detail);
    task = undefined;
  };
  let done = 0;
  let unit = "beats";
  return (event) => {
    switch (event.kind) {
      case "record":
        task ??= progress.begin({ label: "Reading recordings", total: event.records, unit: "recordings" });
        task.update(event.done, event.record);
        return;
      case "examples": {
        unit = `${event.unit}s`;
        const counts = Object.entries(event.byClass).map(([name, count]) => `${name} ${count}`);
        return end(`${event.count} ${unit} (${counts.join(", ")})`);
      }
      case "placement":
        for (const placement of event.placements) progress.note(describePlacement(placement));
        return;
      case "train": {
        const train = event.event;
        if (train.kind === "start" && (train.epochsDone > 0 || train.stage !== undefined)) {
          const stage = train.stage === undefined ? [] : [`stage ${train.stage}`];
          const after = train.epochsDone === 0 ? [] : [`continues after epoch ${train.epochsDone}`];
          progress.note(`${event.fold}: ${[...stage, ...after].join(", ")}`);
        }
        if (train.kind === "progress") {
          task ??= progress.begin({
            label: `${event.fold}, epoch ${train.epoch}`,
            total: train.steps * batch,
            unit,
          });
          done = train.steps * batch;
          task.update(train.step * batch);
        }
        if (train.kind === "epoch") {
          const { epoch, trainLoss, validation, seconds, decay } = train.record;
          const found =
            `loss ${trainLoss.toFixed(4)}, validation loss ${validation.loss.toFixed(4)}, ` +
            `accuracy ${percent(validation.accuracy)}, macro-F1 ${validation.macroF1?.toFixed(3) ?? "–"}` +
            `${validation.macroAuc === undefined ? "" : `, macro AUC ${validation.macroAuc.toFixed(3)}`}` +
            `${decay === undefined ? "" : `, average ${decay}`}${train.best ? " *" : ""}`;
          task?.update(done);
          // An epoch may be over before its first progress.
          if (task === undefined) progress.note(`${event.fold}, epoch ${epoch}  ${seconds.toFixed(1)} s  ${found}`);
          end(found);
        }
        if (train.kind === "end") {
          end();
          progress.note(`${event.fold}: ${train.reason}, epoch ${train.bestEpoch} kept`);
        }
        return;
      }
      case "fold":
      case "end":
        return end();
    }
  };
}

/** Which nodes fall back from a GPU to the CPU, by op. */
export function describePlacement({ model, device, nodes, copies, fallbacks }: Placement): string {
  const found = `${model}: ${nodes} nodes on ${device}`;
  if (device === "cpu") return found;
  const byOp = new Map<string, string[]>();
  for (const { op, node } of fallbacks) byOp.set(op, [...(byOp.get(op) ?? []), node]);
  const named = [...byOp].map(([op, names]) => `${op} (${names.join(", ")})`).join(", ");
  const left = fallbacks.length === 0 ? "none" : `${fallbacks.length}, ${named}`;
  return `${model}: ${nodes - fallbacks.length} nodes on ${device}, left to the CPU: ${left}; ${copies} copies between them`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
