import { type GoldenCase, readGoldenOps } from "./golden-ops.ts";
import { type Build, findCase as findOpCase, namedCases } from "./op-cases.ts";
import { findLayerCase, namedLayerCases } from "./op-cases-layers.ts";
import { findRecurrentCase, namedRecurrentCases } from "./op-cases-recurrent.ts";

/** Cases with golden values in a file of their own. */
export interface CaseFamily {
  readonly golden: ReadonlyMap<string, GoldenCase>;
  /** How a golden case is written with our ops; `undefined` where nobody has written it. */
  find(name: string): Build | undefined;
  /** Cases that the golden file has to have. */
  readonly names: readonly string[];
}

export const families: readonly CaseFamily[] = [
  { golden: readGoldenOps("cases"), find: findOpCase, names: namedCases },
  { golden: readGoldenOps("layers"), find: findLayerCase, names: namedLayerCases },
  { golden: readGoldenOps("recurrent"), find: findRecurrentCase, names: namedRecurrentCases },
];

export function findCase(name: string): Build | undefined {
  return families.find((family) => family.golden.has(name))?.find(name);
}
