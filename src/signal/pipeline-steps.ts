import { z } from "zod";

import { checkSamples } from "./check-samples.ts";
import { extensionModes } from "./extension.ts";
import { fillGaps } from "./fill-gaps.ts";
import { minMax, zScore } from "./normalise.ts";
import { defineStep, knownRate } from "./pipeline-step.ts";
import { createResampler, type Resampler, resampleFft } from "./resample-fft.ts";
import { rateRatio, resampleTo } from "./resample-poly.ts";
import { waveletNames } from "./wavelet.ts";
import { waveletDenoise } from "./wavelet-denoise.ts";

const waveletName = z.string().refine((name) => waveletNames.includes(name), {
  error: (issue) => `expected a wavelet such as db6, sym8 or coif3, found "${String(issue.input)}"`,
});
const mode = z.enum(extensionModes).default("symmetric");

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
    (options) => ({ run: (samples) => waveletDenoise(samples, options) }),
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
] as const;
