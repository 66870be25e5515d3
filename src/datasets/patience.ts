import { setTimeout as sleep } from "node:timers/promises";

/** How long to go on when a connection fails. */
export interface Patience {
  /** How often in a row to try again without getting any further. */
  readonly retries: number;
  /** Pause before the second try; it doubles with each further one, to 30 seconds. */
  readonly backoffSeconds: number;
  /** A connection that brings nothing for so long is cut. */
  readonly stallSeconds: number;
}

export interface PauseOptions {
  readonly patience: Patience;
  readonly signal: AbortSignal;
  /** What the server asked for instead. */
  readonly waitSeconds?: number | undefined;
}

/** Waits before the next try, after `failures` in a row. */
export async function pause(failures: number, { patience, signal, waitSeconds }: PauseOptions): Promise<void> {
  const seconds = waitSeconds ?? Math.min(30, patience.backoffSeconds * 2 ** (failures - 1));
  await sleep(seconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
}

export interface StallWatch {
  /** Aborts where the caller's signal does, or where nothing arrived for too long. */
  readonly signal: AbortSignal;
  /** Something arrived. */
  touch(): void;
  end(): void;
  /** The reason, where it was this watch that cut the connection. */
  stalled(): string | undefined;
}

/** Cuts a connection on which nothing arrives, and passes the caller's abort on. */
export function watchStall(signal: AbortSignal, { stallSeconds }: Patience): StallWatch {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), stallSeconds * 1000);
  return {
    signal: AbortSignal.any([signal, stall.signal]),
    touch: () => void timer.refresh(),
    end: () => clearTimeout(timer),
    stalled: () => (stall.signal.aborted ? `nothing arrived for ${stallSeconds} s` : undefined),
  };
}

/** `fetch failed` alone helps nobody: the cause says why. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error
    ? `${error.message} (${cause.message || (cause as { code?: string }).code})`
    : error.message;
}
