export * from "./metadata.ts";
export {
  type OnnxAttribute,
  type OnnxDimension,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
  decodeOnnxModel,
  encodeOnnxModel,
  onnxAttributeTypes,
  onnxDataTypes,
  onnxFloats,
} from "./model.ts";
