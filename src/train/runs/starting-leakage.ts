import { type ModelCard, readCard } from "../../bundle/index.ts";
import { type Recipe, splitSchema } from "../recipe/recipe.ts";

/** What the sentences begin with, by which they are known in a card. */
const subject = "The starting weights";

/**
 * Whether the weights that a recipe starts from may have learnt from its test part, in sentences: where their model was trained on the same
 * dataset, but for a split of one fold that is the recipe's own, and for official folds of which it left out those tested here. What the
 * model's own starting weights may have learnt from is told on.
 */
export function startingLeakage(
  { dataset, split }: Pick<Recipe, "dataset" | "split">,
  { start, foldCount }: { readonly start: Uint8Array; readonly foldCount: number },
): string[] {
  const card = cardOf(start);
  if (card === undefined) return [`${subject} do not say what they were trained on; it may be this test part.`];
  const { training } = card;
  const inherited = training.leakage.filter((sentence) => sentence.startsWith(subject));
  const sameParts = foldCount === 1 && JSON.stringify(training.protocol.split) === JSON.stringify(split);
  if (training.dataset !== dataset.name || sameParts || leavesOutTest(training.protocol.split, split)) return inherited;
  return [
    `${subject} (${card.name}) were trained on ${training.dataset} by another split: they may have learnt from this test part.`,
    ...inherited,
  ];
}

/** Whether a training by the dataset's own folds has neither learnt nor chosen by those that another tests. */
function leavesOutTest(earlier: unknown, split: Recipe["split"]): boolean {
  const parsed = splitSchema.safeParse(earlier);
  if (!parsed.success || parsed.data.kind !== "official-folds" || split.kind !== "official-folds") return false;
  const seen = [...parsed.data.train, ...parsed.data.validation];
  return !split.test.some((fold) => seen.includes(fold));
}

function cardOf(model: Uint8Array): ModelCard | undefined {
  try {
    return readCard(model, { file: "start.onnx" });
  } catch {
    // A model of other origin has no card.
    return undefined;
  }
}
