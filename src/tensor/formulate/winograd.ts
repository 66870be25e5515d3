import type { Node, Tensor } from "../tensor.ts";
import type { WindowAttributes } from "../windows.ts";
import { constant } from "../leaves.ts";
import { convolutionInputGradientOp, convolutionWeightGradientOp } from "../ops/convolution-gradients.ts";
import { convolutionOp } from "../ops/convolution.ts";
import { matmul } from "../ops/matmul.ts";
import { reshape, transpose } from "../ops/reshape.ts";
import { sizeOf } from "../shapes.ts";
import { nodesOf, rewrite } from "./rewrite.ts";
import {
  type AxisMatrices,
  type TileKind,
  axisMatrices,
  kernelMatrix,
  largeTile,
  onBothAxes,
  smallTile,
} from "./winograd-matrices.ts";

/** With fewer, getting to the points and back costs more than the products. */
const fewestChannels = 16;
/** By how much tiles that reach over the edges may enlarge an image. */
const mostSurplus = 1.5;
/** With fewer large tiles in a batch, the kernels at their 36 points outweigh the images. */
const fewestLargeTiles = 32;
/** Up to so many tiles an image is few values, so that one matrix takes both axes at once. */
const mostTilesAtOnce = 4;

/**
 * Convolutions of images with kernels of 3×3, and their gradients, by a quarter or less than half of the products: images and kernels are
 * multiplied at 36 points per tile of 4×4 outputs, or at 16 per tile of 2×2 (see `axisMatrices`). Each step is a matrix product; those that come from
 * and go to [batch, channel, row, column] read it transposed, so that nothing is copied. The gradients are those of these
 * products, so the slope at the points serves both, and the image and the kernel at the points serve theirs again.
 */
export function convolveByPoints(outputs: readonly Tensor[]): Tensor[] {
  if (!nodesOf(outputs).some(isSuited)) return [...outputs];
  const transforms = createTransforms();
  const toPoints = createToPoints();
  return rewrite(outputs, (node, now) => {
    if (!isSuited(node)) return undefined;
    const [a, b] = node.inputs.map(now) as [Tensor, Tensor];
    const { batch, channels, filters } = sizesOf(node);
    const { input, output, kernel, points, tiles } = transforms(node);
    const { shape } = node.outputs[0]!;
    const image = (x: Tensor) => toPoints(x, input, { points, shape: [points ** 2, tiles * batch, channels] });
    const slope = (x: Tensor) => toPoints(x, output, { points, shape: [points ** 2, tiles * batch, filters] });
    const weight = (x: Tensor) => toPoints(x, kernel, { points, shape: [points ** 2, filters, channels] });
    const back = (x: Tensor, transform: Transform) => fromPoints(x, transform, { points, shape });
    if (node.op === convolutionOp) return [back(matmul(image(a), swapLast(weight(b))), output)];
    if (node.op === convolutionInputGradientOp) return [back(matmul(slope(a), weight(b)), input)];
    return [back(matmul(swapLast(slope(b)), image(a)), kernel)];
  });
}

function isSuited(node: Node): boolean {
  const { op } = node;
  if (op !== convolutionOp && op !== convolutionInputGradientOp && op !== convolutionWeightGradientOp) return false;
  const { size, stride, dilation, groups } = node.attributes as WindowAttributes;
  if (size.length !== 2 || groups !== 1 || size.some((taps) => taps !== 3)) return false;
  if ([...stride, ...dilation].some((step) => step !== 1)) return false;
  const { outputSize, channels, filters } = sizesOf(node);
  const { outputs } = tileOf(node);
  const tiled = outputSize.map((length) => Math.ceil(length / outputs) * outputs);
  return Math.min(channels, filters) >= fewestChannels && sizeOf(tiled) <= mostSurplus * sizeOf(outputSize);
}

function tileOf(node: Node): TileKind {
  const { batch, outputSize } = sizesOf(node);
  const tiles = outputSize.map((length) => Math.ceil(length / largeTile.outputs));
  return batch * sizeOf(tiles) < fewestLargeTiles ? smallTile : largeTile;
}

/** Of a convolution, whether the node is itself or one of its gradients. */
function sizesOf({ op, inputs: [a, b], outputs: [y] }: Node) {
  const [image, kernel, result] =
    op === convolutionOp ? [a!, b!, y!] : op === convolutionInputGradientOp ? [y!, b!, a!] : [a!, y!, b!];
  return {
    batch: image.shape[0]!,
    channels: image.shape[1]!,
    filters: kernel.shape[0]!,
    inputSize: image.shape.slice(2),
    outputSize: result.shape.slice(2),
  };
}

/** One matrix for rows and columns together, or one for each, rows first; [point·tile, length]. */
type Transform = readonly Tensor[];

interface Transforms {
  /** Image to points; its transpose brings back the slope of the image. */
  readonly input: Transform;
  /** Slope to points; its transpose makes outputs of products. */
  readonly output: Transform;
  /** [point, tap] */
  readonly kernel: Transform;
  /** Along one axis. */
  readonly points: number;
  /** Of an image. */
  readonly tiles: number;
}

/** Makes each convolution's matrices; the same ones for the same sizes. */
function createTransforms() {
  const known = new Map<string, Transforms>();
  const kernels = new Map(
    [smallTile, largeTile].map((tile) => {
      const axis = kernelMatrix(tile);
      return [tile, [constantMatrix(onBothAxes(axis, axis, tile.products))]] as const;
    }),
  );
  return (node: Node): Transforms => {
    const { inputSize, outputSize } = sizesOf(node);
    const { before } = node.attributes as WindowAttributes;
    const tile = tileOf(node);
    const key = [...inputSize, ...outputSize, ...before, tile.outputs].join();
    const made = known.get(key) ?? transformsOf({ inputSize, outputSize, before, tile, kernel: kernels.get(tile)! });
    known.set(key, made);
    return made;
  };
}

interface TransformSizes {
  readonly inputSize: readonly number[];
  readonly outputSize: readonly number[];
  readonly before: readonly number[];
  readonly tile: TileKind;
  readonly kernel: Transform;
}

function transformsOf({ inputSize, outputSize, before, tile, kernel }: TransformSizes): Transforms {
  const [rows, columns] = inputSize.map((input, i) =>
    axisMatrices({ input, before: before[i]!, output: outputSize[i]!, tile }),
  ) as [AxisMatrices, AxisMatrices];
  const n = tile.products;
  const count = rows.tiles * columns.tiles;
  const atOnce = count <= mostTilesAtOnce;
  const transform = (side: "input" | "output") =>
    (atOnce ? [onBothAxes(rows[side], columns[side], n)] : [rows[side], columns[side]]).map(constantMatrix);
  return {
    input: transform("input"),
    output: transform("output"),
    kernel,
    points: n,
    tiles: count,
  };
}

function constantMatrix(rows: readonly (readonly number[])[]): Tensor {
  return constant(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length]);
}

interface PointOptions {
  /** Along one axis. */
  readonly points: number;
  /** Of the result. */
  readonly shape: readonly number[];
}

/**
 * [batch, channel, row, column] → [column's point, row's point, row's tile, column's tile, batch, channel]: each matrix takes the last axis to the front,
 * behind the points that are there already, before all that is left. Each tensor once by each matrix.
 */
function createToPoints() {
  const known = new Map<Tensor, Map<Tensor, Tensor>>();
  return (x: Tensor, transform: Transform, { points, shape }: PointOptions): Tensor => {
    const ofTensor = known.get(x) ?? new Map<Tensor, Tensor>();
    known.set(x, ofTensor);
    let y = ofTensor.get(transform[0]!);
    if (y === undefined) {
      y = x;
      const done: number[] = [];
      for (const matrix of transform.toReversed()) {
        const length = matrix.shape[1]!;
        y = matmul(matrix, swapLast(reshape(y, [...done, sizeOf(y.shape) / sizeOf(done) / length, length])));
        done.push(points);
      }
      ofTensor.set(transform[0]!, y);
    }
    return reshape(y, shape);
  };
}

/** The transposed matrices, in the reverse order. */
function fromPoints(x: Tensor, transform: Transform, { points, shape }: PointOptions): Tensor {
  const open = transform.slice(1).map(() => points);
  let y = x;
  for (const matrix of transform) {
    const length = matrix.shape[0]!;
    y = matmul(swapLast(reshape(y, [...open, length, sizeOf(y.shape) / sizeOf(open) / length])), matrix);
    open.pop();
  }
  return reshape(y, shape);
}

function swapLast(x: Tensor): Tensor {
  const axes = [...x.shape.keys()];
  return transpose(x, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
}
