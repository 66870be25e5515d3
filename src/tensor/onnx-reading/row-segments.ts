import { concat, concatOp, slice, sliceOp } from "../ops/ranges.ts";
import { reshape, reshapeOp } from "../ops/reshape.ts";
import { sameShape } from "../shapes.ts";
import type { Node, Tensor } from "../tensor.ts";

/** Neighbouring rows of a tensor whose axes before the rows, `lead` of them, have size one. */
interface Segment {
  readonly source: Tensor;
  readonly lead: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Blocks of rows in another order: x [1, …, row, …rest] → [row, …rest]. Exporters write a layer's gates in ONNX's order
 * by slices of the weights and their concatenation; this looks through them, so that putting the gates back into their
 * order finds the weights as they were.
 */
export function reorderRows(
  x: Tensor,
  { lead, order }: { readonly lead: number; readonly order: readonly number[] },
): Tensor {
  const segments = segmentsOf(x, lead);
  const rows = x.shape[lead]! / order.length;
  const chosen = mergeNeighbours(
    order.flatMap((block) => cutSegments(segments, { start: block * rows, end: (block + 1) * rows })),
  );
  const parts = chosen.map(({ source, lead: before, start, end }) => {
    const plain = reshape(source, source.shape.slice(before));
    return start === 0 && end === plain.shape[0] ? plain : slice(plain, { axis: 0, start, end });
  });
  return parts.length === 1 ? parts[0]! : concat(parts, 0);
}

function segmentsOf(x: Tensor, lead: number): readonly Segment[] {
  const whole = [{ source: x, lead, start: 0, end: x.shape[lead]! }];
  const { source } = x;
  if (source.kind !== "node") return whole;
  const [from] = source.inputs;
  if (isUseOf(source, concatOp) && source.attributes.axis === lead) {
    return source.inputs.flatMap((part) => segmentsOf(part, lead));
  }
  if (isUseOf(source, sliceOp)) {
    const { axis, start, end, step } = source.attributes;
    if (axis === lead && step === 1) return cutSegments(segmentsOf(from!, lead), { start, end });
    const part = axis < lead ? partAt(from!, { axis, start }) : undefined;
    return part === undefined ? whole : segmentsOf(part, lead);
  }
  if (isUseOf(source, reshapeOp)) {
    const before = from!.shape.length - (x.shape.length - lead);
    const same = before >= 0 && sameShape(from!.shape.slice(before), x.shape.slice(lead));
    return same ? segmentsOf(from!, before) : whole;
  }
  return whole;
}

function isUseOf<Attributes>(node: Node, op: Node<Attributes>["op"]): node is Node & Node<Attributes> {
  return (node.op as unknown) === op;
}

/** The part of a concatenation that begins at a place and has size one there. */
function partAt(x: Tensor, { axis, start }: { readonly axis: number; readonly start: number }): Tensor | undefined {
  const { source } = x;
  if (source.kind !== "node" || !isUseOf(source, concatOp) || source.attributes.axis !== axis) return undefined;
  const ones = source.inputs.every((part) => part.shape[axis] === 1);
  return ones ? source.inputs[start] : undefined;
}

function cutSegments(
  segments: readonly Segment[],
  { start, end }: { readonly start: number; readonly end: number },
): Segment[] {
  let place = 0;
  return segments.flatMap((segment) => {
    const from = place;
    place += segment.end - segment.start;
    const [first, last] = [Math.max(start, from), Math.min(end, place)];
    return first < last ? [{ ...segment, start: segment.start + first - from, end: segment.start + last - from }] : [];
  });
}

function mergeNeighbours(segments: readonly Segment[]): Segment[] {
  const merged: Segment[] = [];
  for (const segment of segments) {
    const last = merged.at(-1);
    if (last?.source === segment.source && last.end === segment.start) {
      merged[merged.length - 1] = { ...last, end: segment.end };
    } else merged.push(segment);
  }
  return merged;
}
