export { type ReadOnnx, readOnnx } from "./read-onnx.ts";
export type { ReadOnnxOptions } from "./read-options.ts";
