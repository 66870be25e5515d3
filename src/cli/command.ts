import type { CliContext } from "./context.ts";
import { UsageError } from "./usage-error.ts";

/** A positional argument as a command declares it. `Value` is what the command gets. */
export interface ArgumentDeclaration<Value> {
  readonly kind: "one" | "optional" | "many";
  readonly description: string;
  /** Only for the type. */
  readonly value?: Value;
}

/** An option as a command declares it. `Value` is what the command gets; a parser throws {@link UsageError}. */
export interface OptionDeclaration<Value> {
  /** As `--help` shows it: `--from <seconds>`; what stands in angle brackets follows the option. */
  readonly flags: string;
  readonly description: string;
  readonly parse?: (text: string) => Value;
  /** May be given several times; the command gets all of them. */
  readonly repeatable?: boolean;
  /** What the command gets where the option is absent. */
  readonly absent: Value;
}

type Arguments = Readonly<Record<string, ArgumentDeclaration<unknown>>>;
type Options = Readonly<Record<string, OptionDeclaration<unknown>>>;

type ArgumentValues<A extends Arguments> = {
  readonly [K in keyof A]: A[K] extends ArgumentDeclaration<infer Value> ? Value : never;
};
type OptionValues<O extends Options> = {
  readonly [K in keyof O]: O[K] extends OptionDeclaration<infer Value> ? Value : never;
};

export interface CommandExample {
  /** What follows `einthoven `. */
  readonly command: string;
  readonly does: string;
}

/** A command, as the program and its help are built from it. */
export interface CommandDeclaration<A extends Arguments = Arguments, O extends Options = Options> {
  /** A paragraph for `--help`. */
  readonly description: string;
  /** By name, in the order in which they are written; a `many` one last or first. */
  readonly arguments: A;
  /** By the name that commander makes of the long flag: `--from-here` is `fromHere`. */
  readonly options: O;
  readonly examples: readonly CommandExample[];
  /** Does it. What it throws ends the program with one sentence on stderr. */
  run(input: ArgumentValues<A> & OptionValues<O>, context: CliContext): Promise<void>;
}

/** A command of any arguments and options, as the table holds it. */
export interface AnyCommand extends Omit<CommandDeclaration, "run"> {
  run(input: Readonly<Record<string, unknown>>, context: CliContext): Promise<void>;
}

/** Types a command's input from its arguments and options. */
export function defineCommand<A extends Arguments, O extends Options>(command: CommandDeclaration<A, O>): AnyCommand {
  return {
    ...command,
    run: (input, context) => command.run(input as ArgumentValues<A> & OptionValues<O>, context),
  };
}

export const argument = {
  /** Exactly one. */
  one: (description: string): ArgumentDeclaration<string> => ({ kind: "one", description }),
  /** One or none. */
  optional: (description: string): ArgumentDeclaration<string | undefined> => ({ kind: "optional", description }),
  /** One or more. */
  many: (description: string): ArgumentDeclaration<readonly string[]> => ({ kind: "many", description }),
};

export const option = {
  /** `true` where given. */
  flag: (flags: string, description: string): OptionDeclaration<boolean> => ({ flags, description, absent: false }),
  text: (flags: string, description: string): OptionDeclaration<string | undefined> => ({
    flags,
    description,
    absent: undefined,
  }),
  /** Any number of times. */
  texts: (flags: string, description: string): OptionDeclaration<readonly string[]> => ({
    flags,
    description,
    repeatable: true,
    absent: [],
  }),
  /** A decimal number, not less than `minimum`. */
  number: (
    flags: string,
    description: string,
    { minimum = -Infinity, whole = false }: { readonly minimum?: number; readonly whole?: boolean } = {},
  ): OptionDeclaration<number | undefined> => ({
    flags,
    description,
    parse: (text) => parseNumber(text, { minimum, whole }),
    absent: undefined,
  }),
  /** One of a few words. */
  choice: <const Word extends string>(
    flags: string,
    description: string,
    words: readonly Word[],
  ): OptionDeclaration<Word | undefined> => ({
    flags,
    description: `${description} (${words.join(", ")})`,
    parse: (text) => {
      const word = words.find((word) => word === text);
      if (word === undefined) throw new UsageError(`expected one of ${words.join(", ")}, found "${text}"`);
      return word;
    },
    absent: undefined,
  }),
  /** Words between commas. */
  list: (flags: string, description: string): OptionDeclaration<readonly string[] | undefined> => ({
    flags,
    description,
    parse: (text) => text.split(",").map((word) => word.trim()),
    absent: undefined,
  }),
};

function parseNumber(text: string, { minimum, whole }: { minimum: number; whole: boolean }): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
  const wanted = `${whole ? "a whole number" : "a number"}${minimum > -Infinity ? ` of at least ${minimum}` : ""}`;
  if (!Number.isFinite(value) || value < minimum || (whole && !Number.isInteger(value))) {
    throw new UsageError(`expected ${wanted}, found "${text}"`);
  }
  return value;
}
