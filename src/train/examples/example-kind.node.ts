import type { ExampleCardPart, ModelCard } from "../../bundle/index.ts";
import type { LocatedDataset } from "../../datasets/index.ts";
import type { TrainingData } from "../batches/training-data.ts";
import type { ExampleSet } from "./example-set.node.ts";

/** What is told while examples are read. */
export type ExampleEvent =
  | { readonly kind: "record"; readonly record: string; readonly done: number; readonly records: number }
  | {
      readonly kind: "examples";
      readonly unit: ExampleSet["unit"];
      readonly count: number;
      readonly byClass: Readonly<Record<string, number>>;
    };

/** Examples as they are learnt from. */
export interface LoadedExamples {
  readonly examples: ExampleSet;
  /** In shared memory. */
  readonly data: TrainingData;
}

export interface ReadExamplesOptions {
  readonly dataset: LocatedDataset;
  /** Those to read, in order. */
  readonly recordNames: readonly string[];
  /** What to do with recordings that lack a lead. */
  readonly unusable: "refuse" | "leave out";
}

/** What is known of examples before any signal is read. */
export interface ExampleOutline<Settings> {
  /** With everything named that depends on the dataset. */
  readonly settings: Settings;
  readonly input: ExampleSet["input"];
  readonly classes: readonly string[];
  /** Whether an example has exactly one class, or may have several. */
  readonly labelling: "one" | "several";
}

export type ExampleTask = keyof ExampleCardPart;

/** A kind of examples, declared once; `example-kinds.node.ts` lists them. */
export interface ExampleKind<Settings, Task extends ExampleTask> {
  /** @throws UserError where the dataset has no such labels or leads. */
  outline(settings: Settings, dataset: LocatedDataset): Promise<ExampleOutline<Settings>>;
  /** Reads the recordings, cuts and labels the examples. */
  read(outline: ExampleOutline<Settings>, options: ReadExamplesOptions): AsyncGenerator<ExampleEvent, LoadedExamples>;
  /** What a model's card says of its examples. */
  toCard(outline: ExampleOutline<Settings>): ExampleCardPart[Task];
  /** The settings again, from a card. */
  fromCard(card: Extract<ModelCard, { task: Task }>): Settings;
}
