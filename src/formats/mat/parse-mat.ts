import { matCursor, matError } from "./mat-cursor.ts";
import type { MatValue } from "./mat-value.ts";
import { mat4ByteOrder, parseMat4 } from "./parse-mat4.ts";
import { mat5ByteOrder, parseMat5, wantedLevel } from "./parse-mat5.ts";

export interface ParseMatOptions {
  /** The file's name, for messages. */
  readonly name?: string;
}

/**
 * Parses a MATLAB file of level 4 or 5 (MAT-File Format, The MathWorks): variable → value. Numbers of every storage, text,
 * structures and cells are read; variables of other kinds are there as `unsupported`.
 * @throws FormatError where the file is damaged, or HDF5 (version 7.3).
 */
export async function parseMat(
  bytes: Uint8Array,
  { name: file = "MATLAB file" }: ParseMatOptions = {},
): Promise<ReadonlyMap<string, MatValue>> {
  if (isHdf5(bytes)) throw matError({ file, at: 0 }, wantedLevel, "HDF5");
  const level5 = mat5ByteOrder(bytes);
  if (level5 !== undefined) return parseMat5(matCursor(bytes, { file, ...level5 }));
  const level4 = mat4ByteOrder(bytes);
  if (level4 !== undefined) return parseMat4(matCursor(bytes, { file, ...level4 }));
  throw matError({ file, at: 0 }, "a MATLAB file of level 4 or 5", `${bytes.length} bytes of something else`);
}

/** Whether bytes begin as an HDF5 file without MATLAB's own header does, as other programs write version 7.3. */
function isHdf5(bytes: Uint8Array): boolean {
  return [0x89, 0x48, 0x44, 0x46].every((byte, i) => bytes[i] === byte);
}
