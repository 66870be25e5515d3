import type { Random } from "../../core/random.ts";
import { type Splittable, classesOf } from "./split.ts";

export interface StratifyGroupsOptions {
  /** What to part. */
  readonly examples: ArrayLike<number>;
  /** Examples of the same group come into the same part. */
  readonly groupOf: (example: number) => string | number;
  /** Of all examples, one per part; they add up to 1. */
  readonly shares: readonly number[];
  readonly random: Random;
}

/**
 * Iterative stratification (Sechidis, Tsoumakas & Vlahavas 2011), over groups: of the classes still to be dealt, the rarest first; each
 * group that has it goes to the part that still lacks most of the class, then to the one that lacks most examples.
 * @returns the part of each example, in their order.
 */
export function stratifyGroups(
  set: Splittable,
  { examples, groupOf, shares, random }: StratifyGroupsOptions,
): Uint8Array {
  const groups = collectGroups(set, { examples, groupOf });
  random.shuffle(groups);
  const total = set.classes.map((_, label) => groups.reduce((sum, group) => sum + group.counts[label]!, 0));
  const lacking = shares.map((share) => total.map((count) => count * share));
  const room = shares.map((share) => share * examples.length);
  const left = new Set(groups);
  const remaining = [...total];
  const partOf = new Uint8Array(examples.length);
  const assign = (group: Group, part: number) => {
    left.delete(group);
    for (const place of group.places) partOf[place] = part;
    room[part]! -= group.places.length;
    group.counts.forEach((count, label) => {
      lacking[part]![label]! -= count;
      remaining[label]! -= count;
    });
  };
  for (;;) {
    const label = remaining.reduce(
      (best, count, each) => (count > 0 && (best < 0 || count < remaining[best]!) ? each : best),
      -1,
    );
    if (label < 0) break;
    const having = groups.filter((group) => left.has(group) && group.counts[label]! > 0);
    // Large groups first: they are the hardest to place. The order of equals is the shuffled one.
    for (const group of having.sort((a, b) => b.counts[label]! - a.counts[label]!)) {
      assign(group, mostLacking(shares, [(part) => lacking[part]![label]!, (part) => room[part]!]));
    }
  }
  for (const group of left) assign(group, mostLacking(shares, [(part) => room[part]!]));
  return partOf;
}

interface Group {
  /** Of its examples among those given. */
  readonly places: number[];
  /** [class] */
  readonly counts: number[];
}

function collectGroups(
  set: Splittable,
  { examples, groupOf }: Pick<StratifyGroupsOptions, "examples" | "groupOf">,
): Group[] {
  const groups = new Map<string | number, Group>();
  for (let place = 0; place < examples.length; place++) {
    const key = groupOf(examples[place]!);
    const group = groups.get(key) ?? { places: [], counts: set.classes.map(() => 0) };
    groups.set(key, group);
    group.places.push(place);
    for (const label of classesOf(set, examples[place]!)) group.counts[label]!++;
  }
  return [...groups.values()];
}

/** The part that is first by the first measure, among equals by the next one. */
function mostLacking(shares: readonly number[], measures: readonly ((part: number) => number)[]): number {
  let parts = shares.flatMap((share, part) => (share > 0 ? [part] : []));
  for (const measure of measures) {
    const most = Math.max(...parts.map(measure));
    parts = parts.filter((part) => measure(part) === most);
  }
  return parts[0]!;
}
