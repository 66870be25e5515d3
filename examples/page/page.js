import { env } from "onnxruntime-web";

import { classifyFiles } from "./classify-files.js";

// Where the page has the file; beside the bundle where this is not said.
env.wasm.wasmPaths = { wasm: "/ort/ort-wasm-simd-threaded.jsep.wasm" };

const output = document.querySelector("pre");
document.querySelector("input").addEventListener("change", async ({ target }) => {
  output.textContent = "…";
  const labels = await classifyFiles(target.files, { model: "/models/beats.onnx" }).catch((error) => [String(error)]);
  output.textContent = labels.join(" ");
});
