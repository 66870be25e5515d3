import { writeFilesWhole } from "./write-files.node.ts";

/**
 * Writes a file so that it is there whole or not at all: into a neighbour of another name, flushed to the disk, then
 * renamed. Makes the folders above it.
 */
export async function writeFileWhole(path: string, content: Uint8Array | string): Promise<void> {
  await writeFilesWhole(new Map([[path, content]]));
}
