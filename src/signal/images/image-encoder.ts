import { z } from "zod";

/** What an image is made from, and how large it is. */
export interface ImageSize {
  /** Of the signal. */
  readonly samples: number;
  /** Of the signal, Hz; NaN where not known. */
  readonly sampleRate: number;
  readonly rows: number;
  readonly columns: number;
}

/** Writes every value of `image` [row, column]; `samples` has as many as was said, all finite. */
export type WriteImage = (samples: Float32Array, image: Float32Array) => void;

/**
 * Declares one kind of image: its name, the shape of its settings, and how it is compiled for one size. `compile` throws a
 * UserError where settings and size don't fit; the tables and scratch space that it makes are used for all signals.
 */
export function defineImageEncoder<const Name extends string, Shape extends z.ZodRawShape>(
  name: Name,
  shape: Shape,
  compile: (settings: z.output<z.ZodObject<Shape>>, size: ImageSize) => WriteImage,
) {
  return {
    name,
    schema: z.strictObject({ name: z.literal(name), ...shape }),
    /** @param settings An output of `schema`. */
    compile: compile as (settings: object, size: ImageSize) => WriteImage,
  };
}
