import type { ModelCard } from "../../bundle/index.ts";
import { UserError } from "../../core/errors.ts";
import type { LocatedDataset } from "../../datasets/index.ts";
import type { ExampleRecipe } from "../recipe/recipe.ts";
import { beats } from "./beats.node.ts";
import { watchDamage } from "./damaged-records.node.ts";
import type {
  ExampleEvent,
  ExampleKind,
  ExampleOutline,
  ExampleTask,
  LoadedExamples,
  ReadExamplesOptions,
} from "./example-kind.node.ts";
import { recordings } from "./recordings.node.ts";
import { segments } from "./segments.node.ts";

/** Every kind of examples; a recipe's section and a card's task have the same name. */
const exampleKinds = { beats, recordings, segments } as const;

export const exampleTasks = Object.keys(exampleKinds) as readonly ExampleTask[];

/** A kind of examples with its settings: all that is needed to read them from a dataset. */
export interface ExampleSource {
  readonly task: ExampleTask;
  /** @throws UserError where the dataset has no such labels or leads. */
  open(dataset: LocatedDataset): Promise<OpenedSource>;
}

/** What is known of examples before any signal is read, and how they are read. */
export interface OpenedSource extends Omit<ExampleOutline<unknown>, "settings"> {
  read(options: Omit<ReadExamplesOptions, "dataset">): AsyncGenerator<ExampleEvent, LoadedExamples>;
  /** What a model's card says of them. */
  cardPart(): ReturnType<(typeof exampleKinds)[ExampleTask]["toCard"]>;
}

/** The examples that a recipe asks for. */
export function sourceOfRecipe(recipe: ExampleRecipe): ExampleSource {
  const task = exampleTasks.find((each) => recipe[each] !== undefined)!;
  return sourceOf(task, recipe[task]);
}

/** The examples that a model was made for. */
export function sourceOfCard(card: ModelCard): ExampleSource {
  if (card.task === "beat-sequences") {
    throw new UserError(
      `Cannot measure ${card.name} on a dataset: expected a model for ${exampleTasks.join(", ")}, found one for beat sequences.`,
    );
  }
  const { fromCard } = exampleKinds[card.task] as ExampleKind<unknown, ExampleTask>;
  return sourceOf(card.task, fromCard(card));
}

function sourceOf(task: ExampleTask, settings: unknown): ExampleSource {
  const kind = exampleKinds[task] as ExampleKind<unknown, ExampleTask>;
  return {
    task,
    open: async (dataset) => {
      const outline = await kind.outline(settings, dataset);
      const { settings: _, ...rest } = outline;
      return {
        ...rest,
        read: async function* (options) {
          const watched = watchDamage(dataset);
          const { examples, data } = yield* kind.read(outline, { dataset: watched.dataset, ...options });
          return { data, examples: { ...examples, notices: [...watched.notices(), ...examples.notices] } };
        },
        cardPart: () => kind.toCard(outline),
      };
    },
  };
}
