import { UserError } from "../../core/errors.ts";
import { type ReadOnnxOptions, type Tensor, readOnnx } from "../../tensor/index.ts";
import type { LayerContext, LayerOptions } from "./layer-context.ts";

export interface OnnxLayerOptions extends LayerOptions {
  /** An `.onnx` file with one input. */
  readonly bytes: Uint8Array;
  /**
   * Which value of the file's graph is the layer's, by name. Where absent, the file's only output; of a softmax or a
   * sigmoid at its end, which makes probabilities, what goes into it, since a training learns from that.
   */
  readonly output?: string;
  /** See `readOnnx`. */
  readonly isParameter?: ReadOnnxOptions["isParameter"];
}

export interface OnnxLayers {
  /** The graph of an ONNX file as a part of a net, with its weights by their names in the file, from their values there. */
  onnx(x: Tensor, options: OnnxLayerOptions): Tensor;
}

/** What makes probabilities; a loss puts its own there, and twice is another net. */
const links = new Set(["softmax", "sigmoid"]);

export function onnxLayers(context: LayerContext): OnnxLayers {
  return {
    onnx: (x, { name, bytes, output, isParameter }) =>
      context.layer({ kind: "onnx", name, inputs: [x] }, (scope) => {
        const read = readOnnx(bytes, {
          input: x,
          mode: context.mode,
          isFrozen: context.isFrozen,
          ...(output === undefined ? {} : { outputs: [output] }),
          ...(isParameter === undefined ? {} : { isParameter }),
        });
        const [first, ...others] = Object.entries(read.outputs);
        if (first === undefined || others.length > 0) {
          const found = Object.keys(read.outputs).join(", ") || "none";
          throw new UserError(
            `Cannot build layer "${scope.name}": expected an ONNX file of one output, or which one (output), found ${found}.`,
          );
        }
        for (const { parameter, value } of read.updates) scope.move(parameter, value);
        const { source } = first[1];
        const ends = output === undefined && source.kind === "node" && links.has(source.op.name);
        return ends ? source.inputs[0]! : first[1];
      }),
  };
}
