import { extname, resolve } from "node:path";

import { writeFileWhole } from "../../core/write-file.node.ts";
import type { Recording } from "../../core/recording.ts";
import { type EcgSvgOptions, renderEcgHtml, renderEcgSvg } from "../../evaluate/index.ts";
import { argument, defineCommand, option } from "../command.ts";
import { dataOption } from "../data-places.ts";
import { openRecording, rateOption } from "../open-recording.ts";
import { UsageError } from "../usage-error.ts";

type Render = (recording: Recording, options: EcgSvgOptions) => string | Promise<string | Uint8Array>;

/** By the extension of the file to write. */
const renderers: Readonly<Record<string, Render>> = {
  ".svg": renderEcgSvg,
  ".html": renderEcgHtml,
  ".png": async (recording, { from, to, leads, title }) => {
    const { renderEcgPng } = await import("../../evaluate/ecg/render-ecg-png.node.ts");
    return renderEcgPng(recording, defined({ from, to, leads, title }));
  },
};

export const plotCommand = defineCommand({
  description:
    "Draws a stretch of a recording on ECG paper, with its annotations: 25 mm/s and 10 mm/mV, true to scale when " +
    "printed. The extension of --out says how: .svg, .html (a page of its own) or .png.",
  arguments: { recording: argument.one("path with or without extension, or NAME/RECORD") },
  options: {
    from: option.number("--from <seconds>", "where the stretch begins (default: 0)", { minimum: 0 }),
    to: option.number("--to <seconds>", "where it ends (default: ten seconds later)", { minimum: 0 }),
    out: option.text("--out <file>", "the file to write: .svg, .html or .png"),
    leads: option.list("--leads <names>", "the leads to draw, with commas between (default: all)"),
    rate: rateOption,
    data: dataOption,
  },
  examples: [
    { command: "plot mitdb/208 --from 60 --to 70 --out 208.svg", does: "draws ten seconds of record 208" },
    { command: "plot ./my/recording.hea --leads II,V1 --out strip.png", does: "draws two leads as an image" },
  ],
  run: async ({ recording: spec, from = 0, to, out, leads, data, rate }, context) => {
    if (out === undefined) throw new UsageError("--out is missing: expected a file to write, .svg, .html or .png");
    const render = renderers[extname(out).toLowerCase()];
    if (render === undefined)
      throw new UsageError(`--out: expected a file that ends in .svg, .html or .png, found ${out}`);
    if (to !== undefined && to <= from) throw new UsageError(`--to: expected more than ${from} s, found ${to}`);
    const recording = await openRecording(spec, { ...context, data, rate });
    const length = recording.sampleCount / recording.sampleRate;
    const end = to ?? (from < length ? Math.min(from + 10, length) : from + 10);
    const path = resolve(context.cwd, out);
    const picture = await render(recording, defined({ from, to: end, leads }));
    context.signal.throwIfAborted();
    await writeFileWhole(path, picture);
    context.result({
      json: { id: recording.id, from, to: end, leads: leads ?? recording.leads.map(({ name }) => name), file: path },
      text: () => `${recording.id}, ${from} s to ${end} s, drawn in ${out}`,
    });
  },
});

/** The properties that have a value. */
function defined<T extends object>(properties: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
