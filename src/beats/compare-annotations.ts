/** Anything with a place in time: an annotation, a detected beat. */
export interface TimedEvent {
  /** Sample number from the start of the recording. */
  readonly sample: number;
}

export interface CompareAnnotationsOptions {
  /** Samples per second of both lists, Hz. */
  readonly sampleRate: number;
  /** Two events match when they are at most this far apart, seconds; EC57 has 150 ms. */
  readonly windowSeconds?: number;
}

export interface AnnotationComparison<Reference extends TimedEvent, Test extends TimedEvent> {
  /** Matched pairs (true positives), in order of time. */
  readonly matched: readonly { readonly reference: Reference; readonly test: Test }[];
  /** Reference events without a partner (false negatives). */
  readonly missed: readonly Reference[];
  /** Test events without a partner (false positives). */
  readonly extra: readonly Test[];
}

/**
 * Pairs the events of two lists, both in order of time, as ANSI/AAMI EC57 asks and WFDB's `bxb` does: one to one, in
 * time order, within the window; where two events compete for one partner, the nearer gets it. Takes linear time.
 * Filter first what should not be compared (rhythm marks, excluded stretches).
 */
export function compareAnnotations<Reference extends TimedEvent, Test extends TimedEvent>(
  reference: readonly Reference[],
  test: readonly Test[],
  { sampleRate, windowSeconds = 0.15 }: CompareAnnotationsOptions,
): AnnotationComparison<Reference, Test> {
  const window = windowSeconds * sampleRate;
  const matched: { reference: Reference; test: Test }[] = [];
  const missed: Reference[] = [];
  const extra: Test[] = [];
  let i = 0;
  let j = 0;
  while (i < reference.length && j < test.length) {
    const expected = reference[i]!;
    const found = test[j]!;
    const distance = Math.abs(expected.sample - found.sample);
    const close = distance <= window;
    if (found.sample < expected.sample) {
      const rival = test[j + 1];
      if (!close || (rival !== undefined && Math.abs(rival.sample - expected.sample) < distance)) {
        extra.push(found);
        j++;
        continue;
      }
    } else if (found.sample > expected.sample) {
      const rival = reference[i + 1];
      if (!close || (rival !== undefined && Math.abs(rival.sample - found.sample) < distance)) {
        missed.push(expected);
        i++;
        continue;
      }
    }
    matched.push({ reference: expected, test: found });
    i++;
    j++;
  }
  return { matched, missed: [...missed, ...reference.slice(i)], extra: [...extra, ...test.slice(j)] };
}
