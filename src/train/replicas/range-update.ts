import { clippingFactor } from "../program/clipping.ts";
import type { ExchangeMemory } from "./exchange-memory.ts";
import { optimizerOf } from "../program/optimizers/index.ts";
import type { OpenExecutor } from "./open-executor.ts";
import type { TrainingProgram } from "../program/training-program.ts";
import { averagingKeep } from "../program/weight-averaging.ts";

/** Updates the part of the flat vector that belongs to one replica. */
export interface RangeUpdate {
  /** Puts this replica's gradients where the others find the parts that they update, and the running statistics. */
  share(): void;
  /**
   * With clipping by norm: adds all shards' gradients of its range and puts their sum of squares into the exchange. All replicas have to have
   * done this before the first goes on.
   */
  total(): Promise<void>;
  /** Adds all shards' gradients of its range, updates its weights and moments, and puts the weights into the exchange. */
  run(options: UpdateOptions): Promise<void>;
  /** Takes the moments from the exchange. */
  load(): void;
  /** Puts the moments into the exchange. */
  store(): void;
  close(): Promise<void>;
}

export interface UpdateOptions {
  readonly learningRate: number;
  /** Where a schedule moves it. */
  readonly momentum?: number | undefined;
  /** From 1. */
  readonly step: number;
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
  const { clipping, layout, ranges } = program;
  const { start, end } = ranges[shard]!;
  const executor = await open(program.update);
  const adder = program.total && (await open(program.total));
  const vector = () => new Float32Array(end - start);
  const slots = Array.from({ length: program.slotCount }, vector);
  const own = slopes.subarray(start, end);
  const gradients = ranges.map((_, other) => (other === shard ? own : vector()));
  const total = adder === undefined ? undefined : vector();
  const decay = decayMask(program, { start, end });
  const scalars = createScalars(program);

  /**
   * Feeds and outputs of each tile. The new weights and moments are written over the old ones, which is safe because the
   * update is element by element, and each output's node is the last to read what it replaces.
   */
  const tiles = tileRanges(program, { start, end }).map(({ from, to, rate }) => {
    const part = (values: Float32Array) => values.subarray(from, to);
    const named = (prefix: string, vectors: readonly Float32Array[], suffix = "") =>
      Object.fromEntries(vectors.map((values, index) => [`${prefix}${index}${suffix}`, part(values)]));
    const p = parameters.subarray(start + from, start + to);
    const shares = named("g", gradients);
    const sum = total === undefined ? shares : { total: part(total) };
    const learningRate = new Float32Array(1);
    return {
      /** What its parameters' learning rate is multiplied by. */
      rate,
      learningRate,
      shares,
      sums: { ...sum, squares: new Float32Array(1) },
      feeds: { p, decay: part(decay), rate: learningRate, ...scalars.feeds, ...sum, ...named("slot", slots) },
      outputs: { p_next: p, ...named("slot", slots, "_next") },
    };
  });

  const takeGradients = () =>
    gradients.forEach((values, other) => {
      if (other !== shard) values.set(exchange.gradients[other]!.subarray(start, end));
    });

  return {
    share: () => {
      const shared = exchange.gradients[shard]!;
      ranges.forEach((range, other) => {
        if (other !== shard) shared.set(slopes.subarray(range.start, range.end), range.start);
      });
      shared.set(slopes.subarray(layout.trainedSize, layout.movedSize), layout.trainedSize);
    },
    total: async () => {
      takeGradients();
      let squares = 0;
      for (const { shares, sums } of tiles) {
        await adder!.run(shares, sums);
        squares += sums.squares[0]!;
      }
      exchange.squares[shard] = squares;
    },
    run: async (update) => {
      scalars.set(update);
      if (clipping?.by === "norm") scalars.feeds.clip[0] = clippingFactor(exchange.squares, clipping.limit);
      else takeGradients();
      for (const { rate, learningRate, feeds, outputs } of tiles) {
        learningRate[0] = update.learningRate * rate;
        await executor.run(feeds, outputs);
      }
      exchange.parameters.set(parameters.subarray(start, end), start);
    },
    load: () => slots.forEach((slot, index) => slot.set(exchange.slots[index]!.subarray(start, end))),
    store: () => slots.forEach((slot, index) => exchange.slots[index]!.set(slot, start)),
    close: async () => {
      await executor.close();
      await adder?.close();
    },
  };
}

/** The values that all of a step's tiles are fed. */
function createScalars({ optimizer, averaging }: TrainingProgram) {
  const kind = optimizerOf(optimizer);
  const scalar = () => new Float32Array(1);
  const decays = averaging?.decays ?? [];
  const keeps = decays.map(scalar);
  const feeds = {
    correction1: scalar(),
    correction2: scalar(),
    momentum: scalar(),
    clip: scalar(),
    ...Object.fromEntries(keeps.map((keep, index) => [`keep${index}`, keep])),
  };
  const correction = (beta: number, step: number) => 1 / (1 - beta ** step);
  return {
    feeds,
    set: ({ momentum, step }: UpdateOptions) => {
      const beta1 = momentum ?? kind.momentum(optimizer);
      if (beta1 !== undefined) feeds.correction1[0] = correction(beta1, step);
      if (kind.beta2 !== undefined) feeds.correction2[0] = correction(kind.beta2(optimizer), step);
      if (momentum !== undefined) feeds.momentum[0] = momentum;
      decays.forEach((decay, index) => (keeps[index]![0] = averagingKeep(decay, step)));
    },
  };
}

/** A range cut where the parameters' own learning rates change, and into pieces of at most `tileSize`; from the range's start. */
function tileRanges(
  { layout }: TrainingProgram,
  { start, end }: { readonly start: number; readonly end: number },
): { readonly from: number; readonly to: number; readonly rate: number }[] {
  const places = layout.places.filter((place) => place.start < end && place.start + place.length > start);
  const stretches: { from: number; to: number; rate: number }[] = [];
  for (const { start: first, rate } of places) {
    const from = Math.max(first, start);
    const last = stretches.at(-1);
    if (last?.rate === rate) continue;
    if (last !== undefined) last.to = from;
    stretches.push({ from, to: end, rate });
  }
  return stretches.flatMap(({ from, to, rate }) =>
    Array.from({ length: Math.ceil((to - from) / tileSize) }, (_, tile) => ({
      from: from - start + tile * tileSize,
      to: Math.min(to - start, from - start + (tile + 1) * tileSize),
      rate,
    })),
  );
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
