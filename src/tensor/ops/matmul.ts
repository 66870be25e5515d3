import { type OpOptions, applyOne, shapeError } from "../op.ts";
import { broadcastShapes, float, sizeOf } from "../shapes.ts";
import type { Op, Tensor, TensorMath } from "../tensor.ts";

export const matmulOp: Op<undefined> = {
  name: "matmul",
  infer: ({ inputs: [a, b] }) => {
    if (a!.shape.length < 2 || b!.shape.length < 2) {
      throw shapeError("two tensors of at least two axes", `${a!.shape.length} and ${b!.shape.length} axes`);
    }
    const inner = a!.shape.at(-1)!;
    if (inner !== b!.shape.at(-2)) throw shapeError(`${inner} rows in the second input`, b!.shape.at(-2)!);
    const batch = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    if (batch === undefined) throw shapeError("leading axes that broadcast", "ones that differ");
    return [float([...batch, a!.shape.at(-2)!, b!.shape.at(-1)!])];
  },
  encode: (_, { emit, inputs }) => [emit("MatMul", inputs)],
  multiplyAdds: ({ inputs: [a], outputs: [y] }) => sizeOf(y!.shape) * a!.shape.at(-1)!,
  gradient: ({ inputs: [a, b] }, { slope, wanted, math }) => {
    if (b!.shape.length === 2) {
      // One product over all leading axes together.
      const rows = math.reshape(slope, [sizeOf(slope.shape) / slope.shape.at(-1)!, slope.shape.at(-1)!]);
      const left = math.reshape(a!, [rows.shape[0]!, a!.shape.at(-1)!]);
      return [
        wanted[0]! ? math.reshape(math.matmul(rows, swapLast(b!, math)), a!.shape) : undefined,
        wanted[1]! ? math.matmul(swapLast(left, math), rows) : undefined,
      ];
    }
    return [
      wanted[0]! ? math.sumTo(math.matmul(slope, swapLast(b!, math)), a!.shape) : undefined,
      wanted[1]! ? math.sumTo(math.matmul(swapLast(a!, math), slope), b!.shape) : undefined,
    ];
  },
};

function swapLast(x: Tensor, math: TensorMath): Tensor {
  const rank = x.shape.length;
  return math.transpose(x, [...x.shape.keys()].slice(0, -2).concat(rank - 1, rank - 2));
}

/** a [..., m, k] times b [..., k, n] → [..., m, n]; leading axes broadcast. */
export function matmul(a: Tensor, b: Tensor, { name }: OpOptions = {}): Tensor {
  return applyOne(matmulOp, [a, b], { attributes: undefined, name });
}
