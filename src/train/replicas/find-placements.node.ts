import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as ort from "onnxruntime-node";

import { type Device, providerNames } from "../../core/device.ts";
import type { TrainingProgram } from "../program/training-program.ts";

/** Where ONNX Runtime puts the nodes of one model. */
export interface Placement {
  readonly model: string;
  readonly device: Device;
  /** Nodes that were run, without the copies between device and CPU. */
  readonly nodes: number;
  /** Copies between device and CPU that ONNX Runtime put between nodes. */
  readonly copies: number;
  /** The nodes that the device left to the CPU. */
  readonly fallbacks: readonly { readonly node: string; readonly op: string }[];
}

/** The placement of what a device computes of a training program. */
export async function findPlacements(program: TrainingProgram, device: Device): Promise<Placement[]> {
  const placements: Placement[] = [];
  for (const [model, onnx] of [
    ["training step", program.gradient],
    ["validation", program.forward],
  ] as const) {
    placements.push({ model, ...(await placementOf(onnx, device)) });
  }
  return placements;
}

/** Runs a model once, on zeros, and reads ONNX Runtime's profile of it: it names the provider of each node. */
export async function placementOf(onnx: Uint8Array, device: Device): Promise<Omit<Placement, "model">> {
  const folder = await mkdtemp(join(tmpdir(), "einthoven-profile-"));
  try {
    const session = await ort.InferenceSession.create(onnx, {
      executionProviders: [device],
      enableProfiling: true,
      profileFilePrefix: join(folder, "profile"),
      logSeverityLevel: 3,
      intraOpNumThreads: 1,
    });
    const feeds = Object.fromEntries(session.inputMetadata.map((input) => [input.name, zeros(input)]));
    await session.run(feeds);
    session.endProfiling();
    await session.release();
    const [file] = await readdir(folder);
    return { device, ...readProfile(await readFile(join(folder, file!), "utf8"), device) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An event of ONNX Runtime's profile, as far as it is read. */
interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

function readProfile(text: string, device: Device): Pick<Placement, "nodes" | "copies" | "fallbacks"> {
  const events = (JSON.parse(text) as readonly ProfileEvent[]).filter(
    ({ cat, args }) => cat === "Node" && args?.provider !== undefined,
  );
  const isCopy = ({ args }: ProfileEvent) => args?.op_name?.startsWith("Memcpy") === true;
  const nodes = events.filter((event) => !isCopy(event));
  return {
    nodes: nodes.length,
    copies: events.length - nodes.length,
    fallbacks: nodes
      .filter(({ args }) => args?.provider !== providerNames[device])
      .map(({ name = "", args }) => ({ node: name.replace(/_kernel_time$/, ""), op: args?.op_name ?? "" })),
  };
}

const arrays = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array };

/** Zeros in an input's shape; open sizes are 16. */
function zeros(input: ort.InferenceSession.ValueMetadata): ort.Tensor {
  if (!input.isTensor || !(input.type in arrays)) throw new Error(`Expected a tensor for input ${input.name}.`);
  const type = input.type as keyof typeof arrays;
  const dims = input.shape.map((size) => (typeof size === "number" ? size : 16));
  const length = dims.reduce((product, size) => product * size, 1);
  return new ort.Tensor(type, new arrays[type](length) as Float32Array, dims);
}
