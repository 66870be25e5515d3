import { type Tensor, add, encodeOnnx, input, mul, reduceSum, square } from "../../tensor/index.ts";
import { type ClippingSettings, clippedByValue } from "./clipping.ts";
import { type OptimizerSettings, optimizerOf } from "./optimizers/index.ts";
import { type AveragingSettings, averageUpdate } from "./weight-averaging.ts";

export interface UpdateProgramOptions {
  readonly optimizer: OptimizerSettings;
  readonly averaging: AveragingSettings | undefined;
  readonly clipping: ClippingSettings | undefined;
  /** Whether the momentum is fed. */
  readonly movesMomentum: boolean;
  readonly shards: number;
}

// Any length will do: it is encoded as open.
const vector = (name: string) => input(name, [2]);

function sumOfShards(shards: number): Tensor {
  return Array.from({ length: shards }, (_, shard) => vector(`g${shard}`)).reduce((sum, each) => add(sum, each));
}

/** See `TrainingProgram.update`. */
export function encodeUpdate({
  optimizer,
  averaging,
  clipping,
  movesMomentum,
  shards,
}: UpdateProgramOptions): Uint8Array {
  const kind = optimizerOf(optimizer);
  const moments = kind.slots(optimizer);
  const next = kind.update(optimizer, {
    parameters: vector("p"),
    gradients: clippedSum(clipping, shards),
    slots: Array.from({ length: moments }, (_, slot) => vector(`slot${slot}`)),
    learningRate: input("rate", []),
    decay: vector("decay"),
    correction1: input("correction1", []),
    correction2: input("correction2", []),
    momentum: movesMomentum ? input("momentum", []) : undefined,
  });
  const outputs: Record<string, Tensor> = { p_next: next.parameters };
  next.slots.forEach((slot, index) => (outputs[`slot${index}_next`] = slot));
  averaging?.decays.forEach((_, index) => {
    const slot = `slot${moments + index}`;
    outputs[`${slot}_next`] = averageUpdate(vector(slot), next.parameters, input(`keep${index}`, []));
  });
  return encodeOnnx({ outputs, dynamicBatch: true });
}

function clippedSum(clipping: ClippingSettings | undefined, shards: number): Tensor {
  if (clipping?.by === "norm") return mul(vector("total"), input("clip", []));
  const sum = sumOfShards(shards);
  return clipping === undefined ? sum : clippedByValue(sum, clipping.limit);
}

/** See `TrainingProgram.total`. */
export function encodeTotal({ shards }: Pick<UpdateProgramOptions, "shards">): Uint8Array {
  const total = sumOfShards(shards);
  return encodeOnnx({ outputs: { total, squares: reduceSum(square(total)) }, dynamicBatch: true });
}
