import { ratio } from "./averages.ts";
import { type CincClass, cincNormal, cincWeight, type CincWeights, cincWeights } from "./cinc2020-weights.ts";
import type { Measurable, Metric } from "./metric.ts";
import type { RowWeights } from "./row-weights.ts";

/** The score of the PhysioNet/CinC Challenge 2020; see {@link challengeMetric}. */
export const cinc2020Metric = challengeMetric("2020");
/** The score of the PhysioNet/CinC Challenge 2021, with more classes. */
export const cinc2021Metric = challengeMetric("2021");

/**
 * The challenge's score (Perez Alday et al. 2020): a row adds w[i, j] / n for each true class i and each class j decided for, where n
 * counts the classes that are either; the sum is scaled so that deciding rightly throughout is 1 and deciding for sinus rhythm
 * throughout is 0. Columns are named by the challenge's abbreviations or SNOMED CT codes; columns of equivalent classes become one,
 * and columns that it does not score are left out. Undefined where right and normal decisions score the same.
 */
function challengeMetric(year: "2020" | "2021"): Metric {
  const table = cincWeights[year];
  return {
    name: `cinc${year}`,
    label: `CinC ${year} score`,
    style: "fraction",
    needs: "decisions",
    tasks: ["multi-label", "multi-class"],
    better: "higher",
    misfit: (classes) => {
      const found = columnsOf(classes, table);
      const normal = table.classes.findIndex(({ names }) => names.includes(cincNormal));
      return found.has(normal) && found.size > 1
        ? undefined
        : `${cincNormal} and other classes that the challenge scored, by abbreviation or SNOMED CT code`;
    },
    prepare: (data) => {
      const rows = rowScores(data, table);
      return (weights) => ({ value: scaled(rows, weights) });
    },
  };
}

interface RowScores {
  readonly decided: Float64Array;
  readonly right: Float64Array;
  readonly normal: Float64Array;
}

function scaled({ decided, right, normal }: RowScores, weights: RowWeights): number | undefined {
  let [above, best] = [0, 0];
  for (let row = 0; row < weights.length; row++) {
    above += weights[row]! * (decided[row]! - normal[row]!);
    best += weights[row]! * (right[row]! - normal[row]!);
  }
  return Math.abs(best) < 1e-12 ? undefined : ratio(above, best);
}

/** By scored class, the columns that it has here. */
function columnsOf(classes: readonly string[], table: CincWeights): Map<number, number[]> {
  const columns = new Map<number, number[]>();
  classes.forEach((name, column) => {
    // A column may name equivalent classes together, as the challenge's table does: `713427006|59118001`.
    const parts = name.split("|");
    const scored = table.classes.findIndex(({ names, codes }) =>
      parts.some((part) => names.includes(part) || codes.includes(part)),
    );
    if (scored >= 0) columns.set(scored, [...(columns.get(scored) ?? []), column]);
  });
  return columns;
}

function rowScores({ classes, truth, decisions, rowCount }: Measurable, table: CincWeights): RowScores {
  const columns = columnsOf(classes, table);
  const scored = [...columns.keys()];
  const weight = (i: number, j: number) =>
    cincWeight(table, [table.classes[i], table.classes[j]] as [CincClass, CincClass]);
  const matrix = new Map(scored.map((i) => [i, new Map(scored.map((j) => [j, weight(i, j)]))]));
  const having = (hot: Uint8Array, row: number) =>
    scored.filter((i) => columns.get(i)!.some((column) => hot[row * classes.length + column] === 1));
  const credit = (is: readonly number[], said: readonly number[]) => {
    let sum = 0;
    for (const i of is) for (const j of said) sum += matrix.get(i)!.get(j)!;
    return sum / Math.max(1, new Set([...is, ...said]).size);
  };
  const normal = [table.classes.findIndex(({ names }) => names.includes(cincNormal))];
  const rows = {
    decided: new Float64Array(rowCount),
    right: new Float64Array(rowCount),
    normal: new Float64Array(rowCount),
  };
  for (let row = 0; row < rowCount; row++) {
    const is = having(truth, row);
    rows.decided[row] = credit(is, having(decisions!, row));
    rows.right[row] = credit(is, is);
    rows.normal[row] = credit(is, normal);
  }
  return rows;
}
