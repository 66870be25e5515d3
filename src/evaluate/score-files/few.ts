/** The first names of a list. */
export function few(names: readonly string[], most = 8): string {
  return names.slice(0, most).join(", ") + (names.length > most ? ", …" : "");
}
