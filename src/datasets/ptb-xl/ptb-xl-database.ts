import { FormatError } from "../../core/errors.ts";
import { csvColumn, isPythonDict, parseCsvTable, parsePythonLiteral } from "../../formats/index.ts";

/** One row of `ptbxl_database.csv`, as far as labels need it. */
export interface PtbXlRow {
  /** Number of the person. */
  readonly patient: number;
  /** SCP codes, whatever their likelihood. */
  readonly codes: readonly string[];
  /** 1 to 10. */
  readonly fold: number;
}

/**
 * Parses `ptbxl_database.csv`: record name (the number with five digits) → row.
 * @throws FormatError naming the line where a field is not what it should be.
 */
export function parsePtbXlDatabase(
  text: string,
  { file, known }: { readonly file: string; readonly known: ReadonlySet<string> },
): ReadonlyMap<string, PtbXlRow> {
  const required = ["ecg_id", "patient_id", "scp_codes", "strat_fold"];
  const table = parseCsvTable(text, { file, required });
  const [id, patient, codes, fold] = required.map((name) => csvColumn(table, name));
  const rows = new Map<string, PtbXlRow>();
  for (const row of table.rows) {
    const place = { file, line: row.line };
    const whole = (field: string | undefined, { what, least, most }: { what: string; least: number; most: number }) => {
      const value = field === undefined || field.trim() === "" ? NaN : Number(field);
      if (Number.isInteger(value) && value >= least && value <= most) return value;
      throw new FormatError(
        `Cannot read the metadata of ptb-xl: expected ${what} from ${least} to ${most}, found ${JSON.stringify(field)}`,
        place,
      );
    };
    const record = ptbXlRecordName(whole(id!(row), { what: "an ecg_id", least: 1, most: 99_999 }));
    if (rows.has(record)) {
      throw new FormatError(
        `Cannot read the metadata of ptb-xl: expected each ecg_id once, found ${record} twice`,
        place,
      );
    }
    rows.set(record, {
      patient: whole(patient!(row), { what: "a patient_id", least: 0, most: 1e9 }),
      codes: parseCodes(codes!(row)!, { known, place }),
      fold: whole(fold!(row), { what: "a strat_fold", least: 1, most: 10 }),
    });
  }
  return rows;
}

export function ptbXlRecordName(ecgId: number): string {
  return String(ecgId).padStart(5, "0");
}

function parseCodes(
  text: string,
  { known, place }: { readonly known: ReadonlySet<string>; readonly place: { file: string; line: number } },
): readonly string[] {
  const value = parsePythonLiteral(text, { what: "scp_codes", place });
  if (!isPythonDict(value) || [...value.values()].some((likelihood) => typeof likelihood !== "number")) {
    throw new FormatError(`Cannot read scp_codes: expected a dict of numbers, found ${text.slice(0, 60)}`, place);
  }
  const codes = [...value.keys()];
  const unknown = codes.find((code) => !known.has(code));
  if (unknown !== undefined) {
    throw new FormatError(`Cannot read scp_codes: expected codes of scp_statements.csv, found ${unknown}`, place);
  }
  return codes;
}
