// The beats of a record whose files a person picked, classified in the page itself. See docs/browser.md.
import { blobSource } from "einthoven/core";
import { isBeatSymbol, readWfdb } from "einthoven/formats";
import { openModelBytes } from "einthoven/runtime";

/** The labels of all annotated beats. `files` are those of an `<input type="file" multiple>`, `model` the address of an `.onnx` file. */
export async function classifyFiles(files, { model }) {
  const byName = new Map(Array.from(files, (file) => [file.name, file]));
  const folder = {
    name: "the files",
    open: async (name) => (byName.has(name) ? blobSource(name, byName.get(name)) : undefined),
  };
  const header = [...byName.keys()].find((name) => name.endsWith(".hea"));
  if (header === undefined) throw new Error("expected a .hea file among them");
  const recording = await readWfdb(folder, header);
  const rPeaks = recording.annotations.filter(({ symbol }) => isBeatSymbol(symbol)).map(({ sample }) => sample);
  const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
  const predictor = await openModelBytes(bytes, { file: model });
  const { beats } = await predictor.predictBeats(recording, rPeaks);
  await predictor.close();
  return beats.map(({ label }) => label);
}
