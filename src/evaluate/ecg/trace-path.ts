import { coordinate } from "../markup.ts";

export interface TracePathOptions {
  /** Sample numbers, `last` not included. */
  readonly first: number;
  readonly last: number;
  /** Position of sample `first`, and the step to the next one. */
  readonly left: number;
  readonly step: number;
  /** Height of a value on the page. */
  readonly heightOf: (value: number) => number;
  /** Where more than four samples fall into a column of this width, only its first, lowest, highest and last are drawn. */
  readonly column: number;
}

/**
 * The samples as an SVG path. Values that are not finite break the line: a gap is not drawn. Each extreme of a column
 * survives thinning, so that no R peak gets lost.
 */
export function tracePath(samples: ArrayLike<number>, options: TracePathOptions): string {
  const { first, last, left, step, heightOf, column } = options;
  const perColumn = Math.floor(column / step);
  const thin = perColumn > 4;
  const parts: string[] = [];
  let pen: readonly [x: number, y: number] | undefined;
  let alone = false;
  const lineTo = (i: number) => {
    const x = Math.round((left + (i - first) * step) * 10);
    const y = Math.round(heightOf(samples[i]!) * 10);
    if (pen === undefined) parts.push(`M${x / 10} ${y / 10}`);
    else parts.push(`${parts.at(-1)!.startsWith("M") ? "l" : " "}${(x - pen[0]) / 10} ${(y - pen[1]) / 10}`);
    alone = pen === undefined;
    pen = [x, y];
  };
  const lift = () => {
    // A sample between two gaps becomes a dot.
    if (alone) parts.push("h0");
    pen = undefined;
    alone = false;
  };

  for (let i = first; i < last;) {
    if (!Number.isFinite(samples[i]!)) {
      lift();
      i++;
      continue;
    }
    let end = i + 1;
    const limit = thin ? Math.min(last, first + (Math.floor((i - first) / perColumn) + 1) * perColumn) : i + 1;
    let [lowest, highest] = [i, i];
    for (; end < limit && Number.isFinite(samples[end]!); end++) {
      if (samples[end]! < samples[lowest]!) lowest = end;
      if (samples[end]! > samples[highest]!) highest = end;
    }
    for (const kept of new Set([i, Math.min(lowest, highest), Math.max(lowest, highest), end - 1])) lineTo(kept);
    i = end;
  }
  lift();
  return parts.join("");
}

/** Lines of ECG paper as one path: every `step` along both sides, leaving out every `skip`-th. */
export function gridPath({
  width,
  height,
  step,
  skip = 0,
}: {
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly skip?: number;
}): string {
  const lines = (length: number) =>
    Array.from({ length: Math.floor(length / step + 1e-6) + 1 }, (_, i) => i).filter(
      (i) => skip === 0 || i % skip !== 0,
    );
  return [
    ...lines(width).map((i) => `M${coordinate(i * step)} 0v${coordinate(height)}`),
    ...lines(height).map((i) => `M0 ${coordinate(i * step)}h${coordinate(width)}`),
  ].join("");
}
