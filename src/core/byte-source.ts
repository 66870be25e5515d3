/**
 * One named run of bytes: a file, a `Blob`, a web resource, a buffer in memory. Parsers take this and never open files
 * themselves, so that they work the same in Node and in a page.
 */
export interface ByteSource {
  /** The name to show in messages. */
  readonly name: string;
  /** Length in bytes. */
  size(): Promise<number>;
  /** Bytes `start` (default 0) up to, not including, `end` (default: the end); fewer where the source is shorter. */
  read(range?: ByteRange): Promise<Uint8Array>;
}

export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

/** Files that lie beside each other: a directory, a dropped list of files, a base address. */
export interface ByteFolder {
  /** The name to show in messages. */
  readonly name: string;
  /** The file of that name, which may contain `/`; `undefined` where there is none. */
  open(name: string): Promise<ByteSource | undefined>;
}

/** A {@link ByteSource} over bytes in memory. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: async () => bytes.length,
    read: async ({ start = 0, end = bytes.length } = {}) => bytes.subarray(start, end),
  };
}

/** A {@link ByteFolder} over bytes in memory, by file name. */
export function memoryFolder(name: string, files: ReadonlyMap<string, Uint8Array>): ByteFolder {
  return {
    name,
    open: async (file) => {
      const bytes = files.get(file);
      return bytes === undefined ? undefined : memorySource(file, bytes);
    },
  };
}

/** A {@link ByteSource} over a browser's (or Node's) `Blob`. */
export function blobSource(name: string, blob: Blob): ByteSource {
  return {
    name,
    size: async () => blob.size,
    read: async ({ start = 0, end = blob.size } = {}) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}
