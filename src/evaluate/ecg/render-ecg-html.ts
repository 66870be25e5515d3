import { escapeMarkup } from "../markup.ts";
import { ecgStyle, sansFonts } from "./ecg-style.ts";
import type { EcgTrace } from "./ecg-trace.ts";
import { type EcgSvgOptions, renderEcgSvg } from "./render-ecg-svg.ts";

/** {@link renderEcgSvg} as a page of its own, which needs nothing else and prints true to scale. */
export function renderEcgHtml(trace: EcgTrace, options: EcgSvgOptions = {}): string {
  const { theme = "auto" } = options;
  const scheme = theme === "auto" || theme === "none" ? "light dark" : theme;
  const title = options.title ?? `ECG of ${trace.id}`;
  const svg = renderEcgSvg(trace, { ...options, theme: "none" });
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${scheme}">
<title>${escapeMarkup(title)}</title>
<style>
:root{color-scheme:${scheme}}
body{margin:0;padding:1.5rem;font-family:${sansFonts}}
main{overflow-x:auto}
svg{display:block;margin:0 auto}
@page{size:landscape;margin:8mm}
@media print{body{padding:0}}
${ecgStyle(theme === "none" ? "auto" : theme)}
</style>
</head>
<body>
<main>${svg}</main>
</body>
</html>
`;
}
