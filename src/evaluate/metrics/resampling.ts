import { createRandom, UserError } from "../../core/index.ts";
import type { RowWeights } from "./row-weights.ts";
import type { Predictions } from "./predictions.ts";

export interface ResamplingOptions {
  /** The record or patient of each row: these are drawn, with all their rows. Absent: rows are drawn. */
  readonly groups?: ArrayLike<string | number>;
  /** How many resamples; 1000 by default. */
  readonly resamples?: number;
  readonly seed: string | number;
  /** Draw again where a class has no positive row, as PTB-XL's benchmark does. */
  readonly rejectAbsentClasses?: boolean;
}

export interface Resamples {
  /** How many rows or groups are drawn each time, with replacement. */
  readonly unitCount: number;
  /** One after the other: how often each row was drawn. */
  draw(): Iterable<RowWeights>;
  /** How many draws were rejected so far. */
  rejected(): number;
}

/** A resample that is still rejected after this many draws can't be had. */
const patience = 10_000;

/** Bootstrap resamples of rows (Efron 1979) or of whole groups. */
export function resampler(
  predictions: Pick<Predictions, "truth" | "classes">,
  { groups, resamples = 1000, seed, rejectAbsentClasses = false }: ResamplingOptions,
): Resamples {
  const rowCount = predictions.truth.length / predictions.classes.length;
  if (!Number.isInteger(resamples) || resamples < 1) throw fail("1 or more resamples", `${resamples}`);
  if (groups !== undefined && groups.length !== rowCount) {
    throw fail(`the group of each of ${rowCount} rows`, `${groups.length}`);
  }
  const numbers = new Map<string | number, number>();
  const unitOf = Uint32Array.from({ length: rowCount }, (_, row) => {
    if (groups === undefined) return row;
    const number = numbers.get(groups[row]!) ?? numbers.size;
    numbers.set(groups[row]!, number);
    return number;
  });
  const unitCount = groups === undefined ? rowCount : numbers.size;
  if (unitCount < 2) throw fail(`at least two ${groups === undefined ? "rows" : "groups"}`, `${unitCount}`);
  const unitsWith = rejectAbsentClasses ? unitsByClass(predictions, unitOf) : [];
  const impossible = predictions.classes.filter((_, label) => unitsWith[label]?.length === 0);
  if (impossible.length > 0) throw fail("rows with each class", `none with ${impossible.join(", ")}`);
  let rejected = 0;
  return {
    unitCount,
    rejected: () => rejected,
    *draw() {
      const random = createRandom(seed).fork("bootstrap");
      const drawn = new Float64Array(unitCount);
      for (let i = 0; i < resamples; i++) {
        for (let tries = 1; ; tries++) {
          drawn.fill(0);
          for (let k = 0; k < unitCount; k++) drawn[random.integer(unitCount)]! += 1;
          if (unitsWith.every((units) => units.some((unit) => drawn[unit]! > 0))) break;
          rejected++;
          if (tries >= patience)
            throw fail("a resample with every class", `none in ${patience} draws: some classes are too rare`);
        }
        yield Float64Array.from(unitOf, (unit) => drawn[unit]!);
      }
    },
  };
}

/** By class, the units that have a positive row. */
function unitsByClass({ truth, classes }: Pick<Predictions, "truth" | "classes">, unitOf: Uint32Array): number[][] {
  const units = classes.map(() => new Set<number>());
  for (let at = 0; at < truth.length; at++) {
    if (truth[at] === 1) units[at % classes.length]!.add(unitOf[Math.floor(at / classes.length)]!);
  }
  return units.map((set) => [...set]);
}

function fail(expected: string, found: string): UserError {
  return new UserError(`Cannot bootstrap: expected ${expected}, found ${found}`);
}
