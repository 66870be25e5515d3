/** Where ONNX Runtime computes. */
export const devices = ["cpu", "webgpu", "cuda"] as const;

export type Device = (typeof devices)[number];

/** What ONNX Runtime's profile calls the device's execution provider. */
export const providerNames: Readonly<Record<Device, string>> = {
  cpu: "CPUExecutionProvider",
  webgpu: "WebGpuExecutionProvider",
  cuda: "CUDAExecutionProvider",
};
