import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Recording } from "../../src/core/recording.ts";
import { encodePtbXlStatements } from "../../src/datasets/ptb-xl/ptb-xl-codes.ts";
import { encodeWfdb } from "../../src/formats/index.ts";

/** One recording of the copy; without `codes` it has no metadata row. */
export interface SmallRow {
  readonly id: number;
  readonly codes?: string;
  readonly patient?: number | string;
  readonly fold?: number | string;
  readonly rates?: readonly (100 | 500)[];
}

/** Writes a few recordings in PTB-XL's layout. */
export async function writeSmallPtbXl(directory: string, rows: readonly SmallRow[]): Promise<void> {
  const lines = ["ecg_id,patient_id,report,scp_codes,strat_fold"];
  for (const { id, codes, patient = id, fold = 1, rates = [100 as const] } of rows) {
    // A report over two lines, with a quote and commas: a field that must be quoted.
    if (codes !== undefined) lines.push(`${id},${patient}.0,"two\nlines, ""quoted""","${codes}",${fold}`);
    for (const rate of rates) await writeRecording(directory, { id, rate });
  }
  await writeFile(join(directory, "ptbxl_database.csv"), `${lines.join("\n")}\n`);
  await writeFile(join(directory, "scp_statements.csv"), encodePtbXlStatements());
}

async function writeRecording(directory: string, { id, rate }: { id: number; rate: 100 | 500 }): Promise<void> {
  const sampleRate: number = rate;
  const number = String(id).padStart(5, "0");
  const folder = join(directory, `records${rate}`, `${number.slice(0, 2)}000`);
  const recording: Recording = {
    id: `${number}_${rate === 100 ? "lr" : "hr"}`,
    sampleRate,
    sampleCount: 10,
    leads: ["I", "II"].map((name) => ({
      name,
      unit: "mV",
      sampleRate,
      samples: new Float32Array(10).fill(id / 100),
    })),
    annotations: [],
    comments: [],
    notices: [],
  };
  for (const [file, bytes] of encodeWfdb(recording, { format: 16 })) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}
