/**
 * Text for XML and HTML, between tags or in a quoted attribute. Characters that XML 1.0 forbids (control characters, lone
 * surrogates) are shown as `�`.
 */
export function escapeMarkup(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "�")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A coordinate with at most one decimal, as short as it goes. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10 + 0);
}
