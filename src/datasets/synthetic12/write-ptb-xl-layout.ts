import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { writeFileWhole } from "../../core/write-file.node.ts";
import { encodeWfdb } from "../../formats/index.ts";
import { encodePtbXlStatements } from "../ptb-xl/ptb-xl-codes.ts";
import { ptbXlDatabaseFile, ptbXlRecordCount, ptbXlStatementsFile } from "../ptb-xl/ptb-xl-facts.ts";
import { conditionsOf, synthesise12 } from "./synthetic12.ts";

export interface PtbXlLayoutOptions {
  /** Default: as many as PTB-XL has. */
  readonly recordings?: number;
  readonly rate?: 100 | 500;
  readonly seed?: number;
  readonly onRecording?: (done: number) => void;
}

/** Writes virtual recordings in PTB-XL's layout and format (WFDB format 16), for tests and benches at its size. */
export async function writePtbXlLayout(
  directory: string,
  { recordings = ptbXlRecordCount, rate = 100, seed = 1, onRecording = () => {} }: PtbXlLayoutOptions = {},
): Promise<void> {
  const rows = ["ecg_id,patient_id,age,sex,report,scp_codes,strat_fold"];
  let made = "";
  for (let id = 1; id <= recordings; id++) {
    const number = String(id).padStart(5, "0");
    const folder = join(directory, `records${rate}`, `${String(Math.floor(id / 1000) * 1000).padStart(5, "0")}`);
    if (folder !== made) await mkdir(folder, { recursive: true });
    made = folder;
    const recording = synthesise12(id, { seed, rate, seconds: 10, noise: 1 });
    const name = `${number}_${rate === 100 ? "lr" : "hr"}`;
    for (const [file, bytes] of encodeWfdb({ ...recording, annotations: [] }, { name, format: 16 })) {
      await writeFile(join(folder, file), bytes);
    }
    const found = conditionsOf(seed, id);
    const codes = [...(found.length === 0 ? ["NORM"] : found), ...(found.includes("AFIB") ? [] : ["SR"])];
    const dict = `{${codes.map((code) => `'${code}': 100.0`).join(", ")}}`;
    rows.push(`${id},${id}.0,60.0,0,"virtual, no real person","${dict}",${1 + ((id - 1) % 10)}`);
    onRecording(id);
  }
  await writeFileWhole(join(directory, ptbXlStatementsFile), encodePtbXlStatements());
  await writeFileWhole(join(directory, ptbXlDatabaseFile), `${rows.join("\n")}\n`);
}
