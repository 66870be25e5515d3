import { Argument, Command, InvalidArgumentError, Option } from "commander";

import type { AnyCommand, ArgumentDeclaration, OptionDeclaration } from "./command.ts";
import { commandGroups, type CommandEntry } from "./command-table.ts";
import { UsageError } from "./usage-error.ts";

/** What the command line asks for. */
export interface Invocation {
  readonly command: AnyCommand;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ProgramOptions {
  readonly table: readonly CommandEntry[];
  readonly version: string;
  /** What the person typed; only commands named in it are loaded. */
  readonly argv: readonly string[];
  /** Takes what was asked for. */
  readonly invoke: (invocation: Invocation) => void;
}

/** The program as commander parses it and writes its help, built from the table of commands. */
export async function buildProgram({ table, version, argv, invoke }: ProgramOptions): Promise<Command> {
  const program = new Command("einthoven")
    .description(
      "Train, measure and use ECG classifiers. Research software, not a medical device.\n\n" +
        "A RECORDING is a path with or without extension, a .csv or .npy file (with --rate where it does not say its sample rate), " +
        "or NAME/RECORD of a known dataset, such as mitdb/100.",
    )
    .version(version, "--version", "print the version")
    .option("--json", "print one JSON document on stdout, and nothing else there")
    .option("--debug", "show where an error comes from")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", "\nEach command has examples: einthoven info --help");
  const groups = new Map<string, Command>();
  for (const entry of table) {
    const words = entry.name.split(" ");
    const parent = words.length === 1 ? program : groupOf(program, { groups, name: words[0]! });
    const command = parent
      .command(words.at(-1)!, { isDefault: entry.isDefault === true })
      .summary(entry.summary)
      .copyInheritedSettings(program);
    const asked = words.slice(0, entry.isDefault === true ? -1 : undefined);
    if (asked.every((word) => argv.includes(word))) configure(command, { declaration: await entry.load(), invoke });
  }
  return program;
}

function groupOf(program: Command, { groups, name }: { groups: Map<string, Command>; name: string }): Command {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const group = program
    .command(name)
    .description(commandGroups[name] ?? "")
    .helpCommand(false);
  groups.set(name, group);
  return group;
}

function configure(
  command: Command,
  { declaration, invoke }: { declaration: AnyCommand; invoke: ProgramOptions["invoke"] },
): void {
  command.description(declaration.description).allowExcessArguments(false);
  for (const [name, argument] of Object.entries(declaration.arguments)) {
    command.addArgument(new Argument(argumentSyntax(name, argument), argument.description));
  }
  for (const option of Object.values(declaration.options)) command.addOption(commanderOption(option));
  const examples = declaration.examples.map(({ command: text, does }) => `  einthoven ${text}\n      ${does}`);
  command.addHelpText("after", `\nExamples:\n${examples.join("\n")}`);
  command.action(() => {
    const names = Object.keys(declaration.arguments);
    const given = command.opts<Record<string, unknown>>();
    const options = Object.entries(declaration.options).map(([name, { absent }]) => [name, given[name] ?? absent]);
    invoke({
      command: declaration,
      input: Object.fromEntries([...names.map((name, index) => [name, command.processedArgs[index]]), ...options]),
    });
  });
}

function argumentSyntax(name: string, { kind }: ArgumentDeclaration<unknown>): string {
  const word = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { one: `<${word}>`, optional: `[${word}]`, many: `<${word}...>` }[kind];
}

function commanderOption({ flags, description, parse, repeatable }: OptionDeclaration<unknown>): Option {
  const option = new Option(flags, description);
  if (repeatable === true) option.argParser((text: string, before: unknown) => [...asList(before), text]);
  else if (parse !== undefined) {
    option.argParser((text: string) => {
      try {
        return parse(text);
      } catch (error) {
        if (error instanceof UsageError) throw new InvalidArgumentError(error.message);
        throw error;
      }
    });
  }
  return option;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
