import type { ExchangeMemory } from "./exchange-memory.ts";
import type { OpenExecutor } from "./open-executor.ts";
import type { TrainingProgram } from "./training-program.ts";
import { averagingKeep } from "./weight-averaging.ts";

/** Updates the part of the flat vector that belongs to one replica. */
export interface RangeUpdate {
  /** Puts this replica's gradients where the others find the parts that they update, and the running statistics. */
  share(): void;
  /** Adds all shards' gradients of its range, updates its weights and moments, and puts the weights into the exchange. */
  run(options: { readonly learningRate: number; /** From 1. */ readonly step: number }): Promise<void>;
  /** Takes the moments from the exchange. */
  load(): void;
  /** Puts the moments into the exchange. */
  store(): void;
  close(): Promise<void>;
}

export interface RangeUpdateOptions {
  readonly program: TrainingProgram;
  readonly shard: number;
  readonly exchange: ExchangeMemory;
  /** This replica's weights and gradients, flat. */
  readonly parameters: Float32Array;
  readonly slopes: Float32Array;
  readonly open: OpenExecutor;
}

/** Values updated at once: the vectors of a tile stay in a core's cache between the passes over them. */
const tileSize = 98_304;

export async function createRangeUpdate(options: RangeUpdateOptions): Promise<RangeUpdate> {
  const { program, shard, exchange, parameters, slopes, open } = options;
  const { optimizer, averaging, layout, ranges } = program;
  const { start, end } = ranges[shard]!;
  const executor = await open(program.update);
  const vector = () => new Float32Array(end - start);
  const slots = Array.from({ length: program.slotCount }, vector);
  const own = slopes.subarray(start, end);
  const gradients = ranges.map((_, other) => (other === shard ? own : vector()));
  const decay = decayMask(program, { start, end });
  const rate = new Float32Array(1);
  const correction1 = new Float32Array(1);
  const correction2 = new Float32Array(1);
  const decays = averaging?.decays ?? [];
  const keeps = decays.map(() => new Float32Array(1));

  /**
   * Feeds and outputs of each tile. The new weights and moments are written over the old ones, which is safe because the
   * update is element by element, and each output's node is the last to read what it replaces.
   */
  const tiles = tileRanges(end - start).map(([from, to]) => {
    const part = (values: Float32Array) => values.subarray(from, to);
    const named = (prefix: string, vectors: readonly Float32Array[], suffix = "") =>
      Object.fromEntries(vectors.map((values, index) => [`${prefix}${index}${suffix}`, part(values)]));
    const p = parameters.subarray(start + from, start + to);
    const scalars = {
      rate,
      correction1,
      correction2,
      ...Object.fromEntries(keeps.map((keep, index) => [`keep${index}`, keep])),
    };
    return {
      feeds: { p, decay: part(decay), ...scalars, ...named("g", gradients), ...named("slot", slots) },
      outputs: { p_next: p, ...named("slot", slots, "_next") },
    };
  });

  return {
    share: () => {
      const shared = exchange.gradients[shard]!;
      ranges.forEach((range, other) => {
        if (other !== shard) shared.set(slopes.subarray(range.start, range.end), range.start);
      });
      shared.set(slopes.subarray(layout.trainedSize), layout.trainedSize);
    },
    run: async ({ learningRate, step }) => {
      rate[0] = learningRate;
      if (optimizer.name === "adam" || optimizer.name === "adamw") {
        correction1[0] = 1 / (1 - optimizer.beta1 ** step);
        correction2[0] = 1 / (1 - optimizer.beta2 ** step);
      }
      decays.forEach((decay, index) => (keeps[index]![0] = averagingKeep(decay, step)));
      gradients.forEach((values, other) => {
        if (other !== shard) values.set(exchange.gradients[other]!.subarray(start, end));
      });
      for (const { feeds, outputs } of tiles) await executor.run(feeds, outputs);
      exchange.parameters.set(parameters.subarray(start, end), start);
    },
    load: () => slots.forEach((slot, index) => slot.set(exchange.slots[index]!.subarray(start, end))),
    store: () => slots.forEach((slot, index) => exchange.slots[index]!.set(slot, start)),
    close: () => executor.close(),
  };
}

function tileRanges(length: number): [from: number, to: number][] {
  return Array.from({ length: Math.ceil(length / tileSize) }, (_, tile) => [
    tile * tileSize,
    Math.min(length, (tile + 1) * tileSize),
  ]);
}

/** 1 where weight decay applies. */
function decayMask({ layout }: TrainingProgram, { start, end }: { start: number; end: number }): Float32Array {
  const mask = new Float32Array(end - start);
  for (const place of layout.places) {
    const from = Math.max(start, place.start);
    const to = Math.min(end, place.start + place.length);
    if (place.decay && to > from) mask.fill(1, from - start, to - start);
  }
  return mask;
}
