export { type ReadOnnx, type ReadOnnxOptions, readOnnx } from "./read-onnx.ts";
