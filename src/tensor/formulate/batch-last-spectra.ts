import { constant } from "../leaves.ts";
import type { Node, Tensor } from "../tensor.ts";
import type { WindowAttributes } from "../windows.ts";
import type { Layouts } from "./batch-last-windows.ts";
import type { SpectralNode } from "./find-spectral.ts";
import { convolutionInputGradientOp, convolutionWeightGradientOp } from "../ops/convolution-gradients.ts";
import { matmul } from "../ops/matmul.ts";
import { reshape, transpose } from "../ops/reshape.ts";
import { inverseTransform, kernelInverse, kernelTransform, transform } from "./fourier.ts";

/**
 * Writes convolutions of long kernels with the batch last as products of spectra: x [channel, time, batch] is transformed
 * by a matrix product along time, multiplied with the kernel's spectrum frequency by frequency, and transformed back. The
 * gradients are the adjoints of these steps, so each spectrum is made once: of an input for all kernels that read it and
 * for their gradients, of a kernel for both directions, of a slope for both gradients.
 */
export function createSpectralConvolutions(spectral: ReadonlyMap<Node, SpectralNode>) {
  const spectra = new Map<Tensor, Map<string, Tensor>>();
  const once = (key: string, tensor: Tensor, make: () => Tensor): Tensor => {
    const known = spectra.get(tensor) ?? new Map<string, Tensor>();
    spectra.set(tensor, known);
    const made = known.get(key) ?? make();
    known.set(key, made);
    return made;
  };

  /** x [channel, time, batch] → [frequency, part·channel, batch], real parts before imaginary ones. */
  const spectrum = (x: Tensor, size: number): Tensor =>
    once(`${size}`, x, () => {
      const [channels, length, batch] = x.shape as [number, number, number];
      const count = size / 2 + 1;
      const made = matmul(constant(transform(length, size), [2 * count, length]), x);
      const parts = transpose(reshape(made, [channels, 2, count, batch]), [2, 1, 0, 3]);
      return reshape(parts, [count, 2 * channels, batch]);
    });

  /** [frequency, part·channel, batch] → [channel, time, batch] */
  const fromSpectrum = (y: Tensor, { length, size }: { readonly length: number; readonly size: number }): Tensor => {
    const [count, rows, batch] = y.shape as [number, number, number];
    const parts = transpose(reshape(y, [count, 2, rows / 2, batch]), [2, 1, 0, 3]);
    const flat = reshape(parts, [rows / 2, 2 * count, batch]);
    return matmul(constant(inverseTransform(length, size), [length, 2 * count]), flat);
  };

  /** weight [filter, channel, tap] → [frequency, part·filter, part·channel]: a complex product as a real one. */
  const kernelSpectrum = (
    weight: Tensor,
    { size, before }: { readonly size: number; readonly before: number },
  ): Tensor =>
    once(`${size} ${before}`, weight, () => {
      const [filters, channels, taps] = weight.shape as [number, number, number];
      const count = size / 2 + 1;
      const byTap = reshape(transpose(weight, [2, 0, 1]), [taps, filters * channels]);
      const blocks = matmul(constant(kernelTransform({ taps, before, size }), [4 * count, taps]), byTap);
      const parts = transpose(reshape(blocks, [count, 2, 2, filters, channels]), [0, 1, 3, 2, 4]);
      return reshape(parts, [count, 2 * filters, 2 * channels]);
    });

  const swapped = (x: Tensor) => transpose(x, [0, 2, 1]);

  return {
    /** The output with the batch last; `undefined` for other ops. */
    last: (node: Node, layouts: Layouts): Tensor | undefined => {
      const chosen = spectral.get(node);
      if (chosen === undefined || node.op === convolutionWeightGradientOp) return undefined;
      const { inputs, outputs, attributes } = node as Node<WindowAttributes>;
      const { size } = chosen;
      const kernel = kernelSpectrum(layouts.first(inputs[1]!), { size, before: attributes.before[0]! });
      const given = spectrum(layouts.last(inputs[0]!), size);
      const product = matmul(node.op === convolutionInputGradientOp ? swapped(kernel) : kernel, given);
      return fromSpectrum(product, { length: outputs[0]!.shape[2]!, size });
    },
    /** The gradient of a kernel, which has no batch; `undefined` for other ops. */
    weightGradient: (node: Node, layouts: Layouts): Tensor | undefined => {
      const chosen = spectral.get(node);
      if (chosen === undefined || node.op !== convolutionWeightGradientOp) return undefined;
      const { inputs, outputs, attributes } = node as Node<WindowAttributes>;
      const { size } = chosen;
      const [x, slope] = [spectrum(layouts.last(inputs[0]!), size), spectrum(layouts.last(inputs[1]!), size)];
      const [filters, channels, taps] = outputs[0]!.shape as [number, number, number];
      const count = size / 2 + 1;
      const blocks = reshape(matmul(slope, swapped(x)), [count, 2, filters, 2, channels]);
      const flat = reshape(transpose(blocks, [0, 1, 3, 2, 4]), [4 * count, filters * channels]);
      const inverse = kernelInverse({ taps, before: attributes.before[0]!, size });
      const byTap = matmul(constant(inverse, [taps, 4 * count]), flat);
      return transpose(reshape(byTap, [taps, filters, channels]), [1, 2, 0]);
    },
  };
}
