import { UserError } from "../../core/errors.ts";
import { createRandom, type Random } from "../../core/random.ts";

/** What is parted: a recording, say. */
export interface StratifiedItem {
  /** Items of one group are never parted; a person, say. */
  readonly group: string;
  /** Everything whose share shall be equal in all folds. */
  readonly labels: readonly string[];
}

export interface IterativeStratificationOptions {
  readonly folds: number;
  /** What each fold is to have of all items, adding up to 1; the same where absent. */
  readonly shares?: readonly number[];
  readonly seed: string | number;
}

/**
 * Iterative stratification of multi-label data (Sechidis, Tsoumakas & Vlahavas 2011), over groups: the label with the fewest
 * items left is dealt first, each of its groups to the fold that wants most of that label, then to the one that wants most
 * items, then by lot.
 * @returns the fold of each item, from 1.
 * @throws UserError where there are fewer groups than folds.
 */
export function iterativeStratification(
  items: readonly StratifiedItem[],
  { folds, shares, seed }: IterativeStratificationOptions,
): Uint8Array {
  const random = createRandom(`iterative-stratification/${seed}`);
  const groups = gather(items, random);
  if (folds < 2 || folds > 255 || groups.length < folds) {
    throw new UserError(
      `Cannot part ${groups.length} groups: expected 2 to 255 folds and as many groups, found ${folds}`,
    );
  }
  const totals = new Map<string, number>();
  for (const { counts } of groups) for (const [label, count] of counts) add(totals, label, count);
  const shareOut = (count: number) =>
    Float64Array.from({ length: folds }, (_, k) => (shares ? count * shares[k]! : count / folds));
  const wanted = new Map([...totals].map(([label, count]) => [label, shareOut(count)]));
  const wantedItems = shareOut(items.length);
  const left = new Set(groups);
  const deal = (group: Group, label: string | undefined) => {
    const preferences = label === undefined ? [wantedItems] : [wanted.get(label)!, wantedItems];
    const fold = bestFold(preferences, random);
    group.fold = fold;
    left.delete(group);
    wantedItems[fold]! -= group.items.length;
    for (const [own, count] of group.counts) {
      wanted.get(own)![fold]! -= count;
      add(totals, own, -count);
    }
  };
  for (let label = rarest(totals); label !== undefined; label = rarest(totals)) {
    const name = label;
    const members = [...left].filter(({ counts }) => counts.has(name));
    // Large groups while there is still room to even them out; the order of the others is the shuffled one.
    members.sort((a, b) => b.counts.get(name)! - a.counts.get(name)!);
    for (const group of members) deal(group, name);
  }
  for (const group of [...left].sort((a, b) => b.items.length - a.items.length)) deal(group, undefined);
  const foldOf = new Uint8Array(items.length);
  for (const { items: members, fold } of groups) for (const item of members) foldOf[item] = fold + 1;
  return foldOf;
}

interface Group {
  readonly items: number[];
  /** Items of the group that have each label. */
  readonly counts: Map<string, number>;
  fold: number;
}

function gather(items: readonly StratifiedItem[], random: Random): readonly Group[] {
  const byName = new Map<string, Group>();
  items.forEach(({ group: name, labels }, i) => {
    const group = byName.get(name) ?? { items: [], counts: new Map<string, number>(), fold: 0 };
    byName.set(name, group);
    group.items.push(i);
    for (const label of new Set(labels)) add(group.counts, label, 1);
  });
  return random.shuffle([...byName.values()]);
}

function add(counts: Map<string, number>, label: string, count: number): void {
  counts.set(label, (counts.get(label) ?? 0) + count);
}

/** The label that the fewest items left have; the first by name of several. */
function rarest(totals: ReadonlyMap<string, number>): string | undefined {
  let found: readonly [label: string, count: number] | undefined;
  for (const [label, count] of totals) {
    if (count === 0) continue;
    if (found === undefined || count < found[1] || (count === found[1] && label < found[0])) found = [label, count];
  }
  return found?.[0];
}

/** The fold that wants most; where several do, the next preference decides, at last the lot. */
function bestFold(preferences: readonly Float64Array[], random: Random): number {
  let candidates = Array.from(preferences[0]!, (_, fold) => fold);
  for (const preference of preferences) {
    const most = Math.max(...candidates.map((fold) => preference[fold]!));
    candidates = candidates.filter((fold) => preference[fold]! >= most - 1e-9);
  }
  return candidates[candidates.length === 1 ? 0 : random.integer(candidates.length)]!;
}
