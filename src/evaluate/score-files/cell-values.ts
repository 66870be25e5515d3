/** Whether a cell has no value: nothing, or what programs write for it. */
export function isMissing(cell: string): boolean {
  return /^(nan|na|<na>)?$/i.test(cell.trim());
}

/** A number as programs write it; what is no number by its own account is one here. */
export function isNumber(cell: string): boolean {
  const text = cell.trim();
  return (text !== "" && !Number.isNaN(Number(text))) || /^[+-]?(nan|inf(inity)?)$/i.test(text);
}

/** Numbers of classes as several labels of a row are written: 0;1. */
export function isNumberSet(cell: string): boolean {
  return /^\d+(;\d+)+$/.test(cell.replaceAll(" ", ""));
}

/** True or False, as Python writes them. */
export function isTruthValue(cell: string): boolean {
  return /^(true|false)$/i.test(cell.trim());
}

/** A label in one way of writing: True and 1.0 are 1, as are 1e0 and the like; other words stay. */
export function plainLabel(cell: string): string {
  const text = cell.trim();
  if (isTruthValue(text)) return /^true$/i.test(text) ? "1" : "0";
  if (text === "" || /^\d+$/.test(text)) return text;
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? String(value) : text;
}

/** Whether these labels are whole numbers from 0, without a sign. */
export function areWhole(labels: Iterable<string>): boolean {
  for (const label of labels) if (!/^\d+$/.test(label)) return false;
  return true;
}
