import { isAbsolute, join } from "node:path";

/** Where data may lie. Passed in, so that nothing here reads the machine's settings by itself. */
export interface DataPlaces {
  /** What the person named with `--data`; looked at alone where given. */
  readonly dataDirectory?: string;
  /** Environment variables: EINTHOVEN_DATA, XDG_CACHE_HOME, LOCALAPPDATA. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The person's home directory. */
  readonly home: string;
  /** As `process.platform` has it; default `linux`. */
  readonly platform?: string;
}

/** The directory for downloads that nobody named: XDG's cache, or what macOS and Windows have in its place. */
export function cacheDirectory({ env, home, platform = "linux" }: DataPlaces): string {
  const xdg = env.XDG_CACHE_HOME;
  // The XDG specification: a relative path is invalid and to be ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "einthoven");
  if (platform === "darwin") return join(home, "Library", "Caches", "einthoven");
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), "einthoven", "Cache");
  return join(home, ".cache", "einthoven");
}

/** Directories in which a dataset may lie, the first to be asked first: below each place, or the place itself. */
export function candidateDirectories(name: string, places: DataPlaces): readonly string[] {
  const { dataDirectory, env } = places;
  if (dataDirectory !== undefined) return [join(dataDirectory, name), dataDirectory];
  const named = env.EINTHOVEN_DATA;
  const fromEnvironment = named === undefined || named === "" ? [] : [join(named, name), named];
  return [...fromEnvironment, join(cacheDirectory(places), name)];
}

/** Where a download of the dataset goes. */
export function downloadDirectory(name: string, places: DataPlaces): string {
  return candidateDirectories(name, places)[0]!;
}

/** The command that a message offers. */
export function getCommand(name: string, dataDirectory?: string): string {
  return `einthoven data get ${name}${dataDirectory === undefined ? "" : ` --data ${dataDirectory}`}`;
}
