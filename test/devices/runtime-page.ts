// The page of runtime-page.test.ts: what examples/page/page.js does, asked by the test.
import { env } from "onnxruntime-web";

// @ts-expect-error: a plain script without types
import { classifyFiles } from "../../examples/page/classify-files.js";
// @ts-expect-error: a plain script without types
import { answerRequests } from "../../tools/browser/answer-requests.js";

env.wasm.wasmPaths = { wasm: "/ort/ort-wasm-simd-threaded.jsep.wasm" };

const bytesOf = async (base64: string) => (await fetch(`data:;base64,${base64}`)).blob();

await answerRequests({
  classify: async ({ files, model }: { files: readonly (readonly [string, string])[]; model: string }) => {
    const picked = await Promise.all(files.map(async ([name, content]) => new File([await bytesOf(content)], name)));
    return classifyFiles(picked, { model: URL.createObjectURL(await bytesOf(model)) });
  },
});
