/** One feature of all beats of a recording. */
export interface FeatureColumn {
  readonly name: string;
  /** `1` for a pure number. */
  readonly unit: string;
  readonly meaning: string;
  /** [beat] */
  readonly values: Float32Array;
}

export function column(name: string, rest: Omit<FeatureColumn, "name">): FeatureColumn {
  return { name, ...rest };
}
