import { z } from "zod";

import { UserError } from "../../core/errors.ts";
import { checkSamples } from "../check-samples.ts";
import { gramianAngularFields } from "./gramian-angular-field.ts";
import type { ImageSize } from "./image-encoder.ts";
import { markovTransitionField } from "./markov-transition-field.ts";
import { recurrencePlot } from "./recurrence-plot.ts";
import { reshape } from "./reshape.ts";
import { scalogram } from "./scalogram.ts";
import { spectrogram } from "./spectrogram.ts";

/** Every way to make an image of a signal. A new one is one more entry here. */
export const imageEncoders = [
  ...gramianAngularFields,
  markovTransitionField,
  recurrencePlot,
  spectrogram,
  scalogram,
  reshape,
] as const;

type SchemasOf<Encoders extends readonly { readonly schema: z.ZodObject }[]> = {
  -readonly [Index in keyof Encoders]: Encoders[Index]["schema"];
};
const schemas = imageEncoders.map((encoder) => encoder.schema) as unknown as SchemasOf<typeof imageEncoders>;

/** An encoder's name and settings as plain data; what was left out gets its default. */
export const imageEncoderSchema = z.discriminatedUnion("name", schemas, {
  error: (issue) =>
    issue.code === "invalid_union"
      ? `expected an image encoder named ${imageEncoders.map((encoder) => encoder.name).join(", ")}`
      : undefined,
});

/** As it is written, such as `{ name: "mtf", bins: 8 }`. */
export type ImageEncoderSettings = z.input<typeof imageEncoderSchema>;

/** Makes images of one size from signals of one length. Not to be shared between threads: it keeps scratch space. */
export interface ImageEncoder extends ImageSize {
  /**
   * @param image Is written, where given; a new array otherwise.
   * @returns [row, column]
   * @throws UserError where the samples are not as many as said, or not all finite.
   */
  encode(samples: Float32Array, image?: Float32Array): Float32Array;
}

/** @throws UserError in one sentence, where settings and sizes don't fit. */
export function compileImageEncoder(settings: ImageEncoderSettings, size: ImageSize): ImageEncoder {
  const { samples: length, rows, columns } = size;
  const parsed = imageEncoderSchema.safeParse(settings);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new UserError(`Cannot make images: ${[...path, message].join(", ")}.`);
  }
  const { name } = parsed.data;
  for (const [what, count] of Object.entries({ rows, columns })) {
    if (!Number.isInteger(count) || count < 1 || count > length) {
      throw new UserError(
        `Cannot make images by ${name}: expected 1 to ${length} ${what}, as many as the signal has samples, found ${count}.`,
      );
    }
  }
  const write = imageEncoders.find((encoder) => encoder.name === name)!.compile(parsed.data, size);
  return {
    ...size,
    encode: (samples, image = new Float32Array(rows * columns)) => {
      if (samples.length !== length || image.length !== rows * columns) {
        throw new UserError(
          `Cannot make an image by ${name}: expected ${length} samples for ${rows} × ${columns} values, ` +
            `found ${samples.length} for ${image.length}.`,
        );
      }
      checkSamples(samples, "make an image of");
      write(samples, image);
      return image;
    },
  };
}
