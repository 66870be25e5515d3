import type { InferenceSession, Tensor } from "onnxruntime-common";

import { UserError } from "../core/errors.ts";

/** What is used of `onnxruntime-node`, `onnxruntime-web` or another build of ONNX Runtime: whoever calls brings it. */
export interface OrtLike {
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: typeof Tensor;
  readonly env?: { readonly versions?: { readonly node?: string | undefined } };
}

type TensorMetadata = Extract<InferenceSession.ValueMetadata, { readonly isTensor: true }>;

/** Values of a whole tensor in row-major order: `BigInt64Array` for int64, `Uint8Array` for bool. */
export type Feed = Float32Array | Int32Array | BigInt64Array | Uint8Array;

export interface ExecutorOptions {
  /** Threads inside operators; 1 unless asked otherwise. */
  readonly threads?: number;
  /** Whether these threads burn time while they wait: faster alone on a machine, slower beside others. */
  readonly spinning?: boolean;
  /** Where to write ONNX Runtime's profile: a path without its ending. */
  readonly profile?: string;
  /** `["cpu"]`, `["webgpu"]`, …; ONNX Runtime's own choice where absent. */
  readonly executionProviders?: readonly (string | { readonly name: string })[];
  readonly graphOptimization?: "disabled" | "basic" | "extended" | "layout" | "all";
}

/** A model that is ready to run. */
export interface Executor {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * Computes the named outputs and writes them into the arrays given, which may be views into a larger one. All inputs
   * have to be fed; a batch that is not fixed follows from the lengths. In onnxruntime-node an array may be both a feed
   * and an output where the graph reads each of its values before it writes there, as in an element-wise update.
   * @throws UserError where a name or a length is wrong.
   */
  run(feeds: Readonly<Record<string, Feed>>, outputs: Readonly<Record<string, Feed>>): Promise<void>;
  /** Frees the session. */
  close(): Promise<void>;
}

/** Loads a model into a given ONNX Runtime. */
export async function createExecutor(
  ort: OrtLike,
  model: Uint8Array,
  options: ExecutorOptions = {},
): Promise<Executor> {
  const { threads = 1, spinning = true, profile, executionProviders, graphOptimization = "all" } = options;
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: graphOptimization,
    logSeverityLevel: 3,
    ...(executionProviders === undefined ? {} : { executionProviders }),
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
    extra: { session: { intra_op: { allow_spinning: spinning ? "1" : "0" } } },
  });
  const inputs = tensorsByName(session.inputMetadata);
  const outputs = tensorsByName(session.outputMetadata);
  const kept = new Map<string, WeakMap<Feed, Tensor>>();

  /** The tensor over an array: the same object as long as the same array comes. */
  const tensorOver = (key: string, { type }: TensorMetadata, { data, dims }: { data: Feed; dims: number[] }) => {
    const byArray = kept.get(key) ?? new WeakMap<Feed, Tensor>();
    kept.set(key, byArray);
    const known = byArray.get(data);
    if (known !== undefined && sameDims(known.dims, dims)) return known;
    const tensor = new ort.Tensor(type, data, dims);
    byArray.set(data, tensor);
    return tensor;
  };

  // onnxruntime-node writes into tensors that it is given; the browser build returns new ones.
  const writesInPlace = ort.env?.versions?.node !== undefined;
  const free = createDrain();

  const bind = (feeds: Readonly<Record<string, Feed>>, targets: Readonly<Record<string, Feed>>) => {
    const sizes = new Map<string, number>();
    const fed: Record<string, Tensor> = {};
    for (const [name, metadata] of inputs) {
      const data = feeds[name];
      if (data === undefined)
        throw new UserError(`Cannot run the model: expected a feed for input "${name}", found none.`);
      fed[name] = tensorOver(`in ${name}`, metadata, { data, dims: dimsOf(metadata, { length: data.length, sizes }) });
    }
    const fetched: Record<string, Tensor> = {};
    for (const [name, data] of Object.entries(targets)) {
      const metadata = outputs.get(name);
      if (metadata === undefined) {
        throw new UserError(
          `Cannot run the model: expected one of the outputs ${[...outputs.keys()].join(", ")}, found "${name}".`,
        );
      }
      const dims = dimsOf(metadata, { length: data.length, sizes });
      if (writesInPlace) fetched[name] = tensorOver(`out ${name}`, metadata, { data, dims });
    }
    return { fed, fetched };
  };

  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: async (feeds, targets) => {
      const { fed, fetched } = bind(feeds, targets);
      const results = await session.run(fed, writesInPlace ? fetched : Object.keys(targets));
      if (writesInPlace) free(results, targets);
      else for (const [name, target] of Object.entries(targets)) target.set(results[name]!.data as never);
    },
    close: async () => {
      if (profile !== undefined) session.endProfiling();
      kept.clear();
      await session.release();
    },
  };
}

/**
 * onnxruntime-node also returns a copy of every output that it wrote in place. Left to the garbage collector these cost
 * a full collection every few training steps; so they are transferred to a closed port, which frees them at once.
 */
function createDrain() {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  return (results: Readonly<Record<string, Tensor>>, targets: Readonly<Record<string, Feed>>): void => {
    const copies = Object.entries(targets).flatMap(([name, target]) => {
      const { buffer } = results[name]!.data as Feed;
      return buffer === target.buffer || !(buffer instanceof ArrayBuffer) ? [] : [buffer];
    });
    if (copies.length > 0) port1.postMessage(undefined, copies);
  };
}

function tensorsByName(metadata: readonly InferenceSession.ValueMetadata[]): Map<string, TensorMetadata> {
  return new Map(metadata.flatMap((each) => (each.isTensor ? [[each.name, each]] : [])));
}

/** The shape of a tensor of `length` values; sizes with a name are worked out once and then hold for all tensors. */
function dimsOf(
  { name, shape }: TensorMetadata,
  { length, sizes }: { readonly length: number; readonly sizes: Map<string, number> },
): number[] {
  const fixed = shape.reduce<number>(
    (product, size) => product * (typeof size === "number" ? size : (sizes.get(size) ?? 1)),
    1,
  );
  const open = [...new Set(shape.filter((size) => typeof size === "string" && !sizes.has(size)))];
  if (open.length === 1) sizes.set(open[0] as string, length / fixed);
  const dims = shape.map((size) => (typeof size === "number" ? size : (sizes.get(size) ?? Number.NaN)));
  if (dims.reduce((product, size) => product * size, 1) !== length || !dims.every((size) => Number.isInteger(size))) {
    throw new UserError(
      `Cannot run the model: expected values of shape [${shape.join(", ")}] for "${name}", found ${length} values.`,
    );
  }
  return dims;
}

function sameDims(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
