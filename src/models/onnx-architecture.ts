import { z } from "zod";

import type { Architecture } from "./architecture.ts";

const settings = z.strictObject({
  /** Which value of the file's graph is meant, by name; default: its only output, without a softmax or sigmoid at its end. */
  output: z.string().optional(),
  /** Whether a new dense layer makes the classes out of it. */
  head: z.boolean().default(false),
});

/** A net made elsewhere, from its `.onnx` file: it starts at the file's weights, and can be trained on. */
export function onnxArchitecture(
  bytes: Uint8Array,
  { name, file }: { readonly name: string; readonly file: string },
): Architecture<z.output<typeof settings>> {
  return {
    name,
    source: file,
    settings,
    build: (x, { layers, settings: { output, head }, classCount }) => {
      const y = layers.onnx(x, { name: "file", bytes, ...(output === undefined ? {} : { output }) });
      return head ? layers.dense(y, { name: "head", units: classCount }) : y;
    },
  };
}
