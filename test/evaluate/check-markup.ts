/** Elements that HTML closes by itself. */
const voidElements = new Set(["meta", "link", "br", "hr", "img", "input", "col"]);

/**
 * Reads markup strictly, as XML would be: every tag closed in order, every attribute quoted and named once, no stray `<`, `>`
 * or `&`. Returns how often each element occurs; throws where something is wrong. A doctype and HTML's void elements are
 * allowed where `html` is set; the content of `style` is not looked at.
 */
export function checkMarkup(text: string, { html = false } = {}): Map<string, number> {
  const counts = new Map<string, number>();
  const open: string[] = [];
  const source = html ? text.replace(/^<!DOCTYPE html>\n/, "") : text;
  const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
  let at = 0;
  while (at < source.length) {
    if (source[at] !== "<") {
      const end = source.indexOf("<", at);
      const content = source.slice(at, end < 0 ? source.length : end);
      checkText(content, { at, raw: open.at(-1) === "style" });
      at += content.length;
      continue;
    }
    tag.lastIndex = at;
    const match = tag.exec(source);
    if (match === null) throw new Error(`No tag at ${at}: ${source.slice(at, at + 80)}`);
    at = tag.lastIndex;
    const [, closing, name = "", attributes = "", selfClosing] = match;
    if (closing === "/") {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last}> at ${at}`);
      continue;
    }
    checkAttributes(attributes, at);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (selfClosing !== "/" && !(html && voidElements.has(name))) open.push(name);
  }
  if (open.length > 0) throw new Error(`Not closed: ${open.join(" ")}`);
  return counts;
}

function checkText(content: string, { at, raw }: { readonly at: number; readonly raw: boolean }): void {
  if (raw) return;
  if (/&(?!#\d+;|#x[\da-f]+;|amp;|lt;|gt;|quot;)|>/i.test(content))
    throw new Error(`Stray character near ${at}: ${content}`);
}

function checkAttributes(attributes: string, at: number): void {
  const names = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => {
    if (/&(?!#\d+;)/.test(value ?? "")) throw new Error(`Stray & in an attribute at ${at}`);
    return name;
  });
  if (new Set(names).size !== names.length) throw new Error(`An attribute twice at ${at}: ${attributes}`);
}
