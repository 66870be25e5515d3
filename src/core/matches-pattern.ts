/** Whether a name fits a pattern in which `*` stands for any characters. */
export function matchesPattern(name: string, pattern: string): boolean {
  const literal = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`, "s").test(name);
}
