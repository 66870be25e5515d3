import { scale } from "../../math.ts";
import { add } from "../../ops/binary.ts";
import { matmul } from "../../ops/matmul.ts";
import { reshape, transpose } from "../../ops/reshape.ts";
import {
  type OperatorReader,
  floatAttribute,
  integerAttribute,
  malformed,
  tensorAt,
  tensorOfRank,
} from "../operator-call.ts";
import { computed } from "../value.ts";

const readMatMul: OperatorReader = (call) => {
  const [a, b] = [tensorOfRank(call, 0, 1), tensorOfRank(call, 1, 1)];
  if (a.shape.length > 1 && b.shape.length > 1) return [computed(matmul(a, b, { name: call.name }))];
  // A vector is a row on the left and a column on the right, and leaves no axis behind.
  const left = a.shape.length === 1 ? reshape(a, [1, ...a.shape]) : a;
  const right = b.shape.length === 1 ? reshape(b, [...b.shape, 1]) : b;
  const product = matmul(left, right, { name: call.name });
  const shape = product.shape.filter(
    (_, axis) =>
      !(a.shape.length === 1 && axis === product.shape.length - 2) &&
      !(b.shape.length === 1 && axis === product.shape.length - 1),
  );
  return [computed(reshape(product, shape))];
};

const readGemm: OperatorReader = (call) => {
  const [a, b] = [tensorOfRank(call, 0, 2), tensorOfRank(call, 1, 2)];
  if (a.shape.length !== 2 || b.shape.length !== 2) {
    malformed(call, "two matrices", `${a.shape.length} and ${b.shape.length} axes`);
  }
  const turned = (name: string) => (integerAttribute(call, name) ?? 0) !== 0;
  const left = turned("transA") ? transpose(a, [1, 0]) : a;
  const right = turned("transB") ? transpose(b, [1, 0]) : b;
  const product = scale(matmul(left, right, { name: call.name }), floatAttribute(call, "alpha") ?? 1);
  if (call.inputs[2] === undefined) return [computed(product)];
  return [computed(add(product, scale(tensorAt(call, 2), floatAttribute(call, "beta") ?? 1), { name: call.name }))];
};

export const productReaders: Readonly<Record<string, OperatorReader>> = { MatMul: readMatMul, Gemm: readGemm };
