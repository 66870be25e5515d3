/** A database of WFDB records, as PhysioNet publishes them. */
export interface WfdbEntry {
  readonly kind: "wfdb";
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Below PhysioNet's `files/`. */
  readonly path: string;
  readonly recordNames: readonly string[];
  /** Each record has one file with each of these. */
  readonly extensions: readonly string[];
  /** Records whose files are others. */
  readonly extensionsOf?: Readonly<Record<string, readonly string[]>>;
  /** Which of them has the reference annotations. */
  readonly annotator?: string;
  /** Records of the published database that are left out here, and the sentence that says why. */
  readonly leftOut?: { readonly recordNames: readonly string[]; readonly reason: string };
  /** Files of the database as a whole that are downloaded too. */
  readonly extraFiles: readonly string[];
  /**
   * Record → the record under whose name its person is known; only where a person has several. With a `/` it is a record of
   * another dataset.
   */
  readonly samePerson?: Readonly<Record<string, string>>;
  /** Finds the number of the person in a header's comments, where the database numbers them there. */
  readonly personInComments?: RegExp;
  /** Bytes of all these files, to about one percent. */
  readonly bytes: number;
  readonly licence: Licence;
  readonly citation: string;
}

export interface Licence {
  readonly name: string;
  readonly url: string;
}

/** The published list of digests, one line per file: `<SHA-256 in hexadecimal> <path>`. */
export const checksumFile = "SHA256SUMS.txt";

/** Files of one record. */
export function filesOfRecord({ extensions, extensionsOf }: WfdbEntry, record: string): readonly string[] {
  return (extensionsOf?.[record] ?? extensions).map((extension) => `${record}.${extension}`);
}

/** Files of the records, in order of the records. */
export function recordFiles(entry: WfdbEntry): readonly string[] {
  return entry.recordNames.flatMap((record) => filesOfRecord(entry, record));
}

/** Every file that a complete copy has. */
export function datasetFiles(entry: WfdbEntry): readonly string[] {
  return [...recordFiles(entry), ...entry.extraFiles];
}
