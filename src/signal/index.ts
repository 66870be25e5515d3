export { dwt, type DwtLevel, type DwtOptions, idwt } from "./dwt.ts";
export { type ExtensionMode, extensionModes } from "./extension.ts";
export { createFft, type FftPlan } from "./fft.ts";
export { fillGaps } from "./fill-gaps.ts";
export { minMax, zScore } from "./normalise.ts";
export {
  compilePipeline,
  parsePipeline,
  type Pipeline,
  type PipelineRecipe,
  pipelineSchema,
  type PipelineStep,
} from "./pipeline.ts";
export { createResampler, resampleFft, type Resampler } from "./resample-fft.ts";
export { resamplePoly, resampleTo } from "./resample-poly.ts";
export { maxLevel, wavedec, type WavedecOptions, type WaveletCoefficients, waverec } from "./wavedec.ts";
export { type Wavelet, wavelet, waveletNames } from "./wavelet.ts";
export { waveletDenoise, type WaveletDenoiseOptions } from "./wavelet-denoise.ts";
