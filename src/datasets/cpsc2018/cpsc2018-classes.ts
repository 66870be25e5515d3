import { FormatError } from "../../core/errors.ts";
import { csvColumn, parseCsvTable } from "../../formats/index.ts";

/** The nine classes in the order of the challenge's numbers 1 to 9, named as in the PTB-XL benchmark (Strodthoff et al. 2020). */
export const cpsc2018Classes = ["NORM", "AFIB", "1AVB", "CLBBB", "CRBBB", "PAC", "VPC", "STD_", "STE_"] as const;

/** SNOMED CT codes that the converted headers have for them (PhysioNet/CinC Challenge 2020's list of diagnoses). */
const classByCode: ReadonlyMap<string, string> = new Map([
  ["426783006", "NORM"],
  ["164889003", "AFIB"],
  ["270492004", "1AVB"],
  ["164909002", "CLBBB"],
  ["733534002", "CLBBB"],
  ["59118001", "CRBBB"],
  ["713427006", "CRBBB"],
  ["284470004", "PAC"],
  ["164884008", "VPC"],
  ["427172004", "VPC"],
  ["429622005", "STD_"],
  ["164931005", "STE_"],
]);

/** What is known of a recording beside its samples. */
export interface Cpsc2018Facts {
  readonly labels: readonly string[];
  readonly sex?: string;
  /** Years. */
  readonly age?: number;
  /** Codes of the header that are none of the nine classes. */
  readonly otherCodes: readonly string[];
}

/** Facts from a converted header's comments: `Age: 74`, `Sex: Female`, `Dx: 59118001,426783006`. */
export function factsOfComments(comments: readonly string[]): Cpsc2018Facts {
  const field = (name: string) =>
    comments
      .map((comment) => new RegExp(`^${name}\\s*:\\s*(.*)$`, "i").exec(comment)?.[1]?.trim())
      .find((value) => value !== undefined);
  const codes = (field("Dx") ?? "").split(",").map((code) => code.trim());
  const known = new Set(codes.map((code) => classByCode.get(code)));
  return {
    labels: cpsc2018Classes.filter((name) => known.has(name)),
    otherCodes: codes.filter((code) => code !== "" && !classByCode.has(code)),
    ...sexAndAge(field("Sex"), Number(field("Age") ?? Number.NaN)),
  };
}

export function sexAndAge(sex: string | undefined, age: number): { readonly sex?: string; readonly age?: number } {
  const isSex = sex !== undefined && /^(?:fe)?male$/i.test(sex);
  return { ...(isSex ? { sex: sex.toLowerCase() } : {}), ...(age >= 0 && age < 130 ? { age } : {}) };
}

/**
 * Parses `REFERENCE.csv`: record → classes.
 * @throws FormatError naming the line where a label is no number from 1 to 9.
 */
export function parseCpsc2018Reference(text: string, file: string): ReadonlyMap<string, readonly string[]> {
  const names = ["Recording", "First_label", "Second_label", "Third_label"];
  const table = parseCsvTable(text, { file, required: names });
  const [record, ...labels] = names.map((name) => csvColumn(table, name));
  return new Map(
    table.rows.map((row) => {
      const numbers = labels.map((field) => field(row)!.trim()).filter((field) => field !== "");
      const wrong = numbers.find((field) => !/^[1-9](?:\.0)?$/.test(field));
      if (wrong !== undefined || numbers.length === 0) {
        const found = wrong ?? "none";
        throw new FormatError(`Cannot read the labels of cpsc2018: expected numbers from 1 to 9, found ${found}`, {
          file,
          line: row.line,
        });
      }
      const present = new Set(numbers.map(Number));
      return [record!(row)!.trim(), cpsc2018Classes.filter((_, i) => present.has(i + 1))];
    }),
  );
}
