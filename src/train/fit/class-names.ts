import { UserError } from "../../core/errors.ts";
import type { TrainingSettings } from "./training-settings.ts";

/** The places of training settings that name classes which are not there. */
export function unknownClassNames(
  { classWeights, loss }: Pick<TrainingSettings, "classWeights" | "loss">,
  classes: readonly string[],
): { readonly path: readonly string[]; readonly message: string }[] {
  const places: (readonly [readonly string[], unknown])[] = [
    [["training", "classWeights"], classWeights],
    [["training", "loss", "positiveWeights"], "positiveWeights" in loss ? loss.positiveWeights : undefined],
  ];
  return places.flatMap(([path, weights]) => {
    if (typeof weights !== "object" || weights === null) return [];
    if (classes.every((name) => (weights as Readonly<Record<string, number>>)[name] === 0)) {
      return [{ path, message: "expected a class of a weight above 0, found none" }];
    }
    const unknown = Object.keys(weights).filter((name) => !classes.includes(name));
    if (unknown.length === 0) return [];
    return [{ path, message: `expected classes of ${classes.join(", ")}, found ${unknown.join(", ")}` }];
  });
}

/** @throws UserError that names the first of them. */
export function checkClassNames(training: TrainingSettings, classes: readonly string[]): void {
  const [first] = unknownClassNames(training, classes);
  if (first !== undefined) throw new UserError(`Cannot use the recipe: ${first.path.join(".")}: ${first.message}.`);
}
