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
  /** Which of them has the reference annotations. */
  readonly annotator?: string;
  /** Files of the database as a whole that are downloaded too. */
  readonly extraFiles: readonly string[];
  /** Record → the record under whose name its person is known; only where a person has several. */
  readonly samePerson?: Readonly<Record<string, string>>;
  /** Bytes of all these files. */
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

/** Files of the records, in order of the records. */
export function recordFiles({ recordNames, extensions }: WfdbEntry): readonly string[] {
  return recordNames.flatMap((record) => extensions.map((extension) => `${record}.${extension}`));
}

/** Every file that a complete copy has. */
export function datasetFiles(entry: WfdbEntry): readonly string[] {
  return [...recordFiles(entry), ...entry.extraFiles];
}
