import { type FeatureColumn, column } from "./feature-column.ts";
import { median } from "./local-statistics.ts";

/**
 * Shape features less what is usual: a difference that normal beats have, because the recording is noisy or its atria
 * fibrillate, says nothing of one beat.
 */
const relativeNames = ["qrs.likeUnhurried", "all.offUnhurried", "p.likeUnhurried", "p.best", "p.off"] as const;

/**
 * Features that follow from others of the same recording, found by name.
 * @param unhurried [beat], see `References`: what they have is usual, whatever the majority has.
 */
export function relativeFeatures(columns: readonly FeatureColumn[], unhurried: Uint8Array): FeatureColumn[] {
  const named = new Map(columns.map((each) => [each.name, each]));
  const valuesOf = (name: string) => named.get(name)!.values;
  const shapes = ["lead1", "lead2"].flatMap((lead) =>
    relativeNames.map((part) => {
      const { name, unit, meaning, values } = named.get(`${lead}.${part}`)!;
      const usual = median(values.filter((_, beat) => unhurried[beat] === 1));
      return column(`${name}.relative`, {
        unit,
        meaning: `${meaning}: less the median of the unhurried beats`,
        values: values.map((value) => value - usual),
      });
    }),
  );
  const spread = valuesOf("rhythm.spread");
  const change = valuesOf("rhythm.wideChange");
  const per = (name: string, of: string, meaning: string, usual: Float32Array) =>
    column(name, {
      unit: "1",
      meaning,
      values: valuesOf(of).map((value, beat) => clip(value / (0.05 + usual[beat]!))),
    });
  return [
    ...shapes,
    per(
      "rr.perSpread",
      "rr.wideSlow",
      "rr.wideSlow over .05 + rhythm.spread, within ±10: small for every beat in AF",
      spread,
    ),
    per("next.perSpread", "next.local", "next.local over .05 + rhythm.spread, within ±10", spread),
    per("rr.perChange", "rr.before", "rr.before over .05 + rhythm.wideChange, within ±10", change),
    per("next.perChange", "next.after", "next.after over .05 + rhythm.wideChange, within ±10", change),
  ];
}

function clip(value: number): number {
  return Math.max(-10, Math.min(10, value));
}
