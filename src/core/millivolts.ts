/** Millivolts in one unit of voltage, by the unit's name in lower case; headers differ in case. */
const table: ReadonlyMap<string, number> = new Map([
  ["v", 1000],
  ["mv", 1],
  ["uv", 1e-3],
  ["µv", 1e-3], // micro sign
  ["μv", 1e-3], // Greek mu
  ["nv", 1e-6],
]);

/** How many millivolts one unit is; `undefined` where it is no voltage, or a caller without types gave none. */
export function millivoltsPerUnit(unit: string | undefined): number | undefined {
  return unit === undefined ? undefined : table.get(unit.toLowerCase());
}
