export { butterworth, type ButterworthOptions } from "./butterworth.ts";
export { dwt, type DwtLevel, type DwtOptions, idwt } from "./dwt.ts";
export { type ExtensionMode, extensionModes } from "./extension.ts";
export { columnScaling, type ColumnScaling } from "./column-scaling.ts";
export { createFft, type FftPlan } from "./fft.ts";
export { fillGaps } from "./fill-gaps.ts";
export { type ImageSize } from "./images/image-encoder.ts";
export {
  compileImageEncoder,
  type ImageEncoder,
  imageEncoders,
  imageEncoderSchema,
  type ImageEncoderSettings,
} from "./images/image-encoders.ts";
export { type MedianBaselineOptions, removeMedianBaseline } from "./median-baseline.ts";
export { medianFilter } from "./median-filter.ts";
export { isFlat } from "./is-flat.ts";
export { minMax, zScore } from "./normalise.ts";
export { notch } from "./notch.ts";
export {
  compilePipeline,
  parsePipeline,
  type Pipeline,
  type PipelineRecipe,
  pipelineSchema,
  type PipelineStep,
} from "./pipeline.ts";
export { quantileOfSorted } from "./quantiles.ts";
export { createResampler, resampleFft, type Resampler } from "./resample-fft.ts";
export { resamplePoly, resampleTo } from "./resample-poly.ts";
export * from "./rows/index.ts";
export { type FilterState, type Section, type Sections, sosfilt, sosfiltfilt, steadyState } from "./sos-filter.ts";
export { maxLevel, wavedec, type WavedecOptions, type WaveletCoefficients, waverec } from "./wavedec.ts";
export { type Wavelet, wavelet, waveletNames } from "./wavelet.ts";
export { waveletDenoise, type WaveletDenoiseOptions } from "./wavelet-denoise.ts";
export { waveletShrink, type WaveletShrinkOptions } from "./wavelet-shrink.ts";
export {
  bandFeatureNames,
  waveletFeatures,
  waveletFeaturesOfRow,
  type WaveletFeaturesOptions,
} from "./wavelet-features.ts";
