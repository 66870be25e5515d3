import { open, stat } from "node:fs/promises";
import { join } from "node:path";

import type { ByteFolder, ByteSource } from "./byte-source.ts";

/** A {@link ByteSource} over a file on disk. Each read opens and closes the file, so nothing has to be released. */
export function fileSource(path: string, name: string = path): ByteSource {
  const size = async () => (await stat(path)).size;
  return {
    name,
    size,
    read: async ({ start = 0, end } = {}) => {
      const file = await open(path, "r");
      try {
        const stop = Math.min(end ?? Infinity, (await file.stat()).size);
        const bytes = new Uint8Array(Math.max(0, stop - start));
        let filled = 0;
        while (filled < bytes.length) {
          const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      } finally {
        await file.close();
      }
    },
  };
}

/** A {@link ByteFolder} over a directory on disk. */
export function diskFolder(directory: string): ByteFolder {
  return {
    name: directory,
    open: async (name) => {
      const path = join(directory, name);
      const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
        throw error;
      });
      return found?.isFile() === true ? fileSource(path) : undefined;
    },
  };
}
