/** How wide a letter is at most on average, of the type's size: sans-serif, a little wider than Arial. */
const letter = 0.56;

/** SVG attributes for a text that would leave the space it has: they squeeze it. Fonts differ, so its width is estimated. */
export function fitText(text: string, { size, space }: { readonly size: number; readonly space: number }): string {
  if (text.length * size * letter <= space) return "";
  return ` textLength="${Math.floor(space)}" lengthAdjust="spacingAndGlyphs"`;
}
