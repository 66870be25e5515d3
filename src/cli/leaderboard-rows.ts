import {
  type LeaderboardRow,
  type Report,
  metricAt,
  metricLabel,
  metricList,
  partialNotices,
} from "../evaluate/index.ts";
import { type AnyRecipe, isScoresRecipe, isSequenceRecipe } from "../train/index.ts";

export interface RecipeResult {
  readonly recipe: AnyRecipe;
  /** Absent where it was not run. */
  readonly report?: Report | undefined;
  /** Why it was not run. */
  readonly reason?: string | undefined;
  /** Changes to the recipe for this run; a changed recipe is not compared. */
  readonly changes: readonly string[];
}

/** A recipe's lines of a leaderboard: one for each published number, or one for its main measure where none is published. */
export function leaderboardRows({ recipe, report, reason, changes }: RecipeResult): LeaderboardRow[] {
  const partial = report === undefined ? [] : partialWords(report);
  const changed = changes.length === 0 || report === undefined ? [] : [`changed by ${changes.join(", ")}`];
  const comparable = partial.length + changed.length === 0;
  return measuresOf(recipe).map(({ metric, value, source }) => {
    const declared = metricList.find(({ name }) => name === metric);
    const found = report === undefined ? undefined : shownValue(report, metric);
    const interval = found && report!.intervals?.intervals[found.metric];
    const remarks = [...(found?.remark ?? []), ...changed, ...partial, ...(reason === undefined ? [] : [reason])];
    return {
      recipe: recipe.name,
      dataset: recipe.dataset.name,
      task: taskWords(recipe),
      model: isScoresRecipe(recipe) ? recipe.scores.kind : recipe.model.name,
      metric: metricLabel(metric),
      style: declared?.style ?? "fraction",
      better: declared?.better ?? "higher",
      published: value,
      ...(source === undefined ? {} : { source }),
      ours: found?.value,
      ...(interval === undefined ? {} : { interval: { low: interval.low, high: interval.high } }),
      ...(report === undefined ? {} : { seconds: report.seconds, date: report.date, comparable }),
      ...(report?.peakMemoryMegabytes === undefined ? {} : { memoryMegabytes: report.peakMemoryMegabytes }),
      ...(remarks.length === 0 ? {} : { remark: remarks.map((text) => text.replace(/\.$/, "")).join("; ") }),
    };
  });
}

/** How partial the data were, and how much of them was tested; nothing where they were whole. */
function partialWords({ notices, parts, unit = "beat" }: Report): string[] {
  const messages = partialNotices(notices).map(({ message }) => message);
  const tested = Object.entries(parts).find(([part]) => part.startsWith("test"))?.[1][`${unit}s`];
  return messages.length === 0 || tested === undefined ? messages : [...messages, `${tested} ${unit}s tested`];
}

interface Measure {
  readonly metric: string;
  readonly value: number | undefined;
  readonly source?: string;
}

function measuresOf(recipe: AnyRecipe): readonly Measure[] {
  if (recipe.expected.length > 0) return recipe.expected;
  const { recordings, metrics } = isSequenceRecipe(recipe) ? {} : recipe;
  const several = recordings !== undefined && metrics === undefined;
  return [{ metric: metrics?.[0] ?? (several ? "macroAuc" : "macroF1"), value: undefined }];
}

/** A measure of a report; the macro AUC over the classes that are there where it has none over all, which is said. */
function shownValue(report: Report, metric: string) {
  const value = metricAt(report.mean, metric);
  const standIn = metricList.find(({ standsInFor }) => standsInFor?.name === metric);
  const other = value === undefined && standIn !== undefined ? metricAt(report.mean, standIn.name) : undefined;
  if (other === undefined) return { metric, value, remark: [] };
  const present = report.classes.filter((name) => report.mean.classes[name]?.auc !== undefined).length;
  return { metric: standIn!.name, value: other, remark: [`over ${present} of ${report.classes.length} classes`] };
}

/** What is classified and how it is parted: `superdiagnostic, official folds`. */
export function taskWords(recipe: AnyRecipe): string {
  const { beats, split } = recipe;
  const { recordings, segments } = isSequenceRecipe(recipe) ? {} : recipe;
  const what =
    beats !== undefined
      ? `beats, ${beats.classes.length} classes`
      : segments !== undefined
        ? `${segments.preprocessing.windowSeconds} s segments, ${Object.keys(segments.classes).length} classes`
        : (recordings?.task ?? "recordings");
  const parts = {
    "official-folds": () => "official folds",
    patients: () => split.kind === "patients" && split.name,
    "stratified-folds": () =>
      split.kind === "stratified-folds" &&
      `${split.folds} folds${split.together === undefined ? "" : ` by ${split.together}`}`,
  };
  return `${what}, ${parts[split.kind]() || split.kind}`;
}
