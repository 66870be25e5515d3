import { z } from "zod";

import { butterworth } from "./butterworth.ts";
import { checkSamples } from "./check-samples.ts";
import { extensionModes } from "./extension.ts";
import { fillGaps } from "./fill-gaps.ts";
import { compileImageEncoder, type ImageEncoder, imageEncoderSchema } from "./images/image-encoders.ts";
import { removeMedianBaseline } from "./median-baseline.ts";
import { minMax, zScore } from "./normalise.ts";
import { notch } from "./notch.ts";
import { type CompiledStep, defineStep, knownRate } from "./pipeline-step.ts";
import { createResampler, type Resampler, resampleFft } from "./resample-fft.ts";
import { rateRatio, resampleTo } from "./resample-poly.ts";
import { type Sections, sosfilt, sosfiltfilt, steadyState } from "./sos-filter.ts";
import { waveletNames } from "./wavelet.ts";
import { checkDroppedDetails, waveletDenoise } from "./wavelet-denoise.ts";
import { waveletFeatures } from "./wavelet-features.ts";
import { waveletShrink } from "./wavelet-shrink.ts";

const waveletName = z.string().refine((name) => waveletNames.includes(name), {
  error: (issue) => `expected a wavelet such as db6, sym8 or coif3, found "${String(issue.input)}"`,
});
const mode = z.enum(extensionModes).default("symmetric");
const frequency = z.number().positive();
const order = z.int().min(1).max(24).default(4);
/**
 * Forward and backward, so that nothing is shifted in time; otherwise forward only, started as if the first sample had
 * always been there.
 */
const zeroPhase = z.boolean().default(true);

function sectionFilter(sections: Sections, { zeroPhase }: { zeroPhase: boolean }): CompiledStep {
  if (zeroPhase) return { run: (samples) => sosfiltfilt(samples, { sections }) };
  const steady = steadyState(sections);
  return {
    run: (samples) => {
      const first = samples[0] ?? 0;
      return sosfilt(samples, { sections, state: steady.map((value) => value * first) }).output;
    },
  };
}

/** Every step that a recipe may name. A new step is one more entry here. */
export const pipelineSteps = [
  /** Gaps (NaN) become straight lines. The other steps refuse them. */
  defineStep("fillGaps", {}, () => ({ run: fillGaps })),

  /** Whole bands of the wavelet transform are taken out. */
  defineStep(
    "waveletDenoise",
    {
      wavelet: waveletName,
      levels: z.int().min(1).max(30),
      /** Takes the baseline out. */
      dropApproximation: z.boolean().default(false),
      /** 1 = the finest. */
      dropDetails: z.array(z.int().min(1)).default([]),
      mode,
    },
    (options) => {
      checkDroppedDetails(options);
      return { run: (samples) => waveletDenoise(samples, options) };
    },
  ),

  /** Details below the universal threshold are noise. */
  defineStep(
    "waveletShrink",
    { wavelet: waveletName, levels: z.int().min(1).max(30), rule: z.enum(["soft", "hard"]).default("soft"), mode },
    (options) => ({ run: (samples) => waveletShrink(samples, options) }),
  ),

  /** Butterworth filters. */
  defineStep("lowpass", { cutoffHz: frequency, order, zeroPhase }, (options, context) =>
    sectionFilter(butterworth({ ...options, kind: "lowpass", sampleRate: knownRate("lowpass", context) }), options),
  ),
  defineStep("highpass", { cutoffHz: frequency, order, zeroPhase }, (options, context) =>
    sectionFilter(butterworth({ ...options, kind: "highpass", sampleRate: knownRate("highpass", context) }), options),
  ),
  defineStep("bandpass", { lowHz: frequency, highHz: frequency, order, zeroPhase }, (options, context) =>
    sectionFilter(butterworth({ ...options, kind: "bandpass", sampleRate: knownRate("bandpass", context) }), options),
  ),
  defineStep("bandstop", { lowHz: frequency, highHz: frequency, order, zeroPhase }, (options, context) =>
    sectionFilter(butterworth({ ...options, kind: "bandstop", sampleRate: knownRate("bandstop", context) }), options),
  ),

  /** One frequency, such as the mains, is taken out. */
  defineStep(
    "notch",
    { frequencyHz: frequency, quality: z.number().positive().default(30), zeroPhase },
    (options, context) => sectionFilter(notch({ ...options, sampleRate: knownRate("notch", context) }), options),
  ),

  /** The baseline by two medians is taken out. */
  defineStep(
    "medianBaseline",
    { shortSeconds: z.number().positive().default(0.2), longSeconds: z.number().positive().default(0.6) },
    (options, context) => {
      const sampleRate = knownRate("medianBaseline", context);
      return { run: (samples) => removeMedianBaseline(samples, { ...options, sampleRate }) };
    },
  ),

  /** To another rate (Hz): by a polyphase filter, or by one Fourier transform of the whole signal. */
  defineStep(
    "resample",
    { rate: z.number().positive(), method: z.enum(["polyphase", "fft"]).default("polyphase") },
    ({ rate, method }, context) => {
      const fromRate = knownRate("resample", context);
      const { up, down } = rateRatio({ fromRate, toRate: rate });
      const run =
        method === "fft"
          ? (samples: Float32Array) => resampleFft(samples, Math.ceil((samples.length * up) / down))
          : (samples: Float32Array) => resampleTo(samples, { fromRate, toRate: rate });
      return { run, sampleRate: rate };
    },
  ),

  /** To a number of samples, whatever the length before: for windows. */
  defineStep("resampleLength", { length: z.int().min(1) }, ({ length }) => {
    let plan: { readonly from: number; readonly resample: Resampler } | undefined;
    return {
      run: (samples) => {
        checkSamples(samples, "resample");
        if (plan?.from !== samples.length) {
          plan = { from: samples.length, resample: createResampler(samples.length, length) };
        }
        return new Float32Array(plan.resample(samples));
      },
      sampleRate: NaN,
    };
  }),

  /** Mean 0, standard deviation 1; a constant signal becomes zeros. */
  defineStep("zscore", {}, () => ({ run: zScore })),

  /** Smallest sample → low, largest → high; a constant signal becomes zeros. */
  defineStep("minmax", { low: z.number().default(0), high: z.number().default(1) }, (options) => ({
    run: (samples) => minMax(samples, options),
  })),

  /** Statistics of the bands of the wavelet transform, 12 each: the last step, for nets that read features. */
  defineStep(
    "waveletFeatures",
    { wavelet: waveletName.default("db6"), levels: z.int().min(1).max(30).default(5) },
    (options) => ({ run: (samples) => waveletFeatures(samples, options), sampleRate: NaN }),
  ),

  /** An image [row, column] of a window, row after row: the last step, for nets that read images. */
  defineStep(
    "image",
    { encoder: imageEncoderSchema, rows: z.int().min(1), columns: z.int().min(1) },
    ({ encoder: settings, rows, columns }, { sampleRate }) => {
      let encoder: ImageEncoder | undefined;
      return {
        run: (samples) => {
          checkSamples(samples, "make an image of");
          if (encoder?.samples !== samples.length) {
            encoder = compileImageEncoder(settings, { samples: samples.length, sampleRate, rows, columns });
          }
          return encoder.encode(samples);
        },
        sampleRate: NaN,
      };
    },
  ),
] as const;
