import * as ort from "onnxruntime-node";

import type { Device } from "../../core/device.ts";
import { type ReplicaGroup, type ReplicaGroupOptions, createLocalReplicas } from "./replica-group.ts";
import { createThreadReplicas, startPreparerThread } from "./thread-replicas.node.ts";

/**
 * The replicas of a training where they compute best: on the CPU one thread each; on a GPU, which is parallel itself,
 * one session that takes the recipe's shards in turn, so that the result is the same but for rounding.
 */
export function createDeviceReplicas(device: Device, options: ReplicaGroupOptions): Promise<ReplicaGroup> {
  if (device === "cpu") return createThreadReplicas(options);
  return createLocalReplicas(ort, { ...options, executionProviders: [device], startPreparer: startPreparerThread });
}
