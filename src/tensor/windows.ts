/** How a window moves over the spatial axes of x [batch, channel, …spatial]; one entry per spatial axis. */
export interface WindowAttributes {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Values added before and after. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly groups: number;
}

/**
 * `same` as TensorFlow and Keras define it: as many outputs as ⌈inputs / stride⌉, the padding split in halves, the extra
 * value at the end; `valid` none; or the values on each side, or before and after.
 */
export type Padding = "same" | "valid" | number | readonly [before: number, after: number];

/** One for all spatial axes, or one per axis. */
export type PerAxis<Value> = Value | readonly Value[];

/** A setting for each of `rank` axes. */
export function perAxis(value: PerAxis<number>, rank: number): readonly number[] {
  return typeof value === "number" ? Array.from({ length: rank }, () => value) : value;
}

/** The padding of each axis; a pair of numbers is one padding before and after all axes. */
export function paddingPerAxis(padding: PerAxis<Padding>, rank: number): readonly Padding[] {
  const isOne = !Array.isArray(padding) || (padding.length === 2 && padding.every((each) => typeof each === "number"));
  return isOne ? Array.from({ length: rank }, () => padding as Padding) : (padding as readonly Padding[]);
}

export interface AxisWindow {
  readonly length: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
  /** Adds padding at the end for one more, partial window that starts inside the input or the padding before it. */
  readonly ceilMode?: boolean;
}

/** Padding before and after along one axis. */
export function resolvePadding({
  length,
  size,
  stride,
  dilation,
  padding,
  ceilMode = false,
}: AxisWindow): [number, number] {
  const reach = (size - 1) * dilation + 1;
  if (padding === "same") {
    const total = Math.max((Math.ceil(length / stride) - 1) * stride + reach - length, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  }
  const [before, after] = padding === "valid" ? [0, 0] : typeof padding === "number" ? [padding, padding] : padding;
  if (!ceilMode) return [before, after];
  let count = Math.ceil((length + before + after - reach) / stride) + 1;
  if ((count - 1) * stride >= length + before) count--;
  return [before, Math.max(after, (count - 1) * stride + reach - length - before)];
}

/** Outputs along one axis of an input of `length`; below 1 where the window does not fit. */
export function windowCount(length: number, attributes: WindowAttributes, axis: number): number {
  const reach = (attributes.size[axis]! - 1) * attributes.dilation[axis]! + 1;
  const room = length + attributes.before[axis]! + attributes.after[axis]! - reach;
  return Math.floor(room / attributes.stride[axis]!) + 1;
}

/** Every position inside the window, in row-major order. */
export function windowTaps(size: readonly number[]): readonly (readonly number[])[] {
  return size.reduce<readonly (readonly number[])[]>(
    (taps, length) => taps.flatMap((tap) => Array.from({ length }, (_, i) => [...tap, i])),
    [[]],
  );
}

/** As ONNX writes them. */
export function windowOnnxAttributes(attributes: WindowAttributes) {
  const { size, stride, dilation, before, after } = attributes;
  return { kernel_shape: size, strides: stride, dilations: dilation, pads: [...before, ...after] };
}
