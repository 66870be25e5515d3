import type { Annotation, Recording } from "../core/recording.ts";

/** A stretch of a recording in one rhythm. */
export interface RhythmInterval {
  /** First sample, at the recording's rate. */
  readonly from: number;
  /** The sample after the last one. */
  readonly to: number;
  /** As annotated, such as `(AFIB`. */
  readonly rhythm: string;
}

/** What the marks `[` and `]` stand for in databases that have no rhythm text of their own for it. */
const flutter = "(VFL";

/**
 * The rhythms of a recording in order of time, by its WFDB annotations: a `+` with a text such as `(AFIB` holds until the
 * next one; from `[` to `]` there is ventricular flutter or fibrillation, `(VFL`, whatever the text says. What comes
 * before the first mark has no rhythm. Neighbours of the same rhythm are one interval.
 */
export function rhythmIntervals({
  annotations,
  sampleCount,
}: Pick<Recording, "annotations" | "sampleCount">): RhythmInterval[] {
  const intervals: RhythmInterval[] = [];
  let state: RhythmState = { text: undefined, flutters: false };
  let since = 0;
  const close = (to: number) => {
    const rhythm = state.flutters ? flutter : state.text;
    if (rhythm === undefined || to <= since) return;
    const last = intervals.at(-1);
    if (last?.rhythm === rhythm && last.to === since) intervals[intervals.length - 1] = { ...last, to };
    else intervals.push({ from: since, to, rhythm });
  };
  for (const annotation of annotations) {
    const next = after(state, annotation);
    if (next === state) continue;
    const at = Math.min(sampleCount, Math.max(0, annotation.sample));
    close(at);
    state = next;
    since = at;
  }
  close(sampleCount);
  return intervals;
}

interface RhythmState {
  /** Of the last `+`. */
  readonly text: string | undefined;
  /** Whether a `[` is open. */
  readonly flutters: boolean;
}

function after(state: RhythmState, { symbol, aux }: Annotation): RhythmState {
  if (symbol === "[") return { ...state, flutters: true };
  if (symbol === "]") return { ...state, flutters: false };
  // Some files fill the text up with NUL; a `+` may also carry other remarks, which say nothing of the rhythm.
  const text = symbol === "+" ? aux?.replace(/[\0\s]+$/, "") : undefined;
  return text?.startsWith("(") === true ? { ...state, text } : state;
}
