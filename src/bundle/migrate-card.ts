/** What turns a card's JSON of one version into that of the next; the versions in order. */
const migrations: readonly { readonly from: string; readonly to: string; readonly change: (card: Card) => Card }[] = [
  // Version 1 knew beats alone, and said all that version 2 says of them.
  { from: "einthoven-card/1", to: "einthoven-card/2", change: (card) => card },
];

type Card = Readonly<Record<string, unknown>>;

/** A card's JSON as the newest version has it; what is no card of a known version stays as it is. */
export function migrateCard(value: unknown): unknown {
  let card = value;
  for (const { from, to, change } of migrations) {
    if (isObject(card) && card["schema"] === from) card = { ...change(card), schema: to };
  }
  return card;
}

function isObject(value: unknown): value is Card {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
