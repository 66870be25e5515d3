import { type Tensor, sigmoid, softmax } from "../../../tensor/index.ts";
import type { Link } from "./loss-kind.ts";

/** A net's outputs [row, class] as what is scored and said. */
export function applyLink(logits: Tensor, link: Link): Tensor {
  if (link === "identity") return logits;
  return link === "softmax" ? softmax(logits, 1) : sigmoid(logits);
}
