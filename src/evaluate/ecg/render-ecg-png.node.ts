import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { initWasm, Resvg } from "@resvg/resvg-wasm";

import type { EcgTrace } from "./ecg-trace.ts";
import { type EcgSvgOptions, renderEcgSvg } from "./render-ecg-svg.ts";

export interface EcgPngOptions extends Omit<EcgSvgOptions, "theme"> {
  readonly theme?: "light" | "dark";
  /** Dots per inch; 200 by default. */
  readonly dotsPerInch?: number;
}

/** {@link renderEcgSvg} as the bytes of a PNG image. Its letters come from a font in the package, not from the machine. */
export async function renderEcgPng(trace: EcgTrace, options: EcgPngOptions = {}): Promise<Uint8Array> {
  const { theme = "light", dotsPerInch = 200 } = options;
  return renderSvgPng(renderEcgSvg(trace, { ...options, theme }), dotsPerInch);
}

/** An SVG image of {@link renderEcgSvg} as PNG bytes; `theme` must not have been `none`. */
export async function renderSvgPng(svg: string, dotsPerInch = 200): Promise<Uint8Array> {
  const [fonts] = await Promise.all([readFonts(), startRenderer()]);
  const font = { fontBuffers: fonts, defaultFontFamily: "Open Sans", sansSerifFamily: "Open Sans" };
  // An SVG length in millimetres is drawn at 96 dots per inch; zooming gives the rest.
  const image = new Resvg(svg, { font, fitTo: { mode: "zoom", value: dotsPerInch / 96 } });
  try {
    const rendered = image.render();
    try {
      return rendered.asPng();
    } finally {
      rendered.free();
    }
  } finally {
    image.free();
  }
}

const require = createRequire(import.meta.url);

/** Starts the renderer, which lives once in a process; to start it again is no error. */
async function startRenderer(): Promise<void> {
  const bytes = await readFile(require.resolve("@resvg/resvg-wasm/index_bg.wasm"));
  await initWasm(bytes).catch((error: unknown) => {
    if (!(error instanceof Error && /already initialized/i.test(error.message))) throw error;
  });
}

async function readFonts(): Promise<Uint8Array[]> {
  const files = ["Regular/OpenSans-Regular.ttf", "Semibold/OpenSans-Semibold.ttf"];
  return Promise.all(files.map((file) => readFile(require.resolve(`open-sans-fonts/open-sans/${file}`))));
}
