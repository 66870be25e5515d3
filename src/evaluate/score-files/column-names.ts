/** Names of columns whose values tell rows apart. The empty one is what pandas calls an index. */
export const idName =
  /^(|id|ids|index|row|name|(ecg|record|recording|beat|segment)(_?(id|name))?|file_?(name)?(_[lh]r)?)$/i;
/** Names of columns that hold a true label, a decided one, and what else is known of rows beside scores. */
export const truthName = /^(truth|true|target|label|class|diagnosis|rhythm|y|y_?true|symbol)$/i;
export const decisionName = /^(predicted|prediction|decision|y_?pred)$/i;
export const aboutName = /^(patient|subject|group|sample|fold|strat_?fold|part|split)(_?(id|name))?$/i;

/** Which of these columns has the true labels: one called `truth` before others. */
export function truthColumn(names: readonly string[]): string | undefined {
  return names.find((name) => name === "truth") ?? names.find((name) => truthName.test(name));
}

/** Whether these are the numbers 0, 1, … in order, which pandas writes where columns have no names. */
export function arePositions(names: readonly string[]): boolean {
  return names.every((name, place) => name === String(place));
}
