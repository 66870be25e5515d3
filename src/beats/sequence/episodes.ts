import type { Random } from "../../core/random.ts";

/** Places that lie in an episode, 0 or 1: one to three episodes over 20 to 70 % of `count`, less where they overlap. */
export function drawEpisodes(count: number, random: Random): Uint8Array {
  const inside = new Uint8Array(count);
  const episodes = 1 + Math.floor(3 * random.uniform());
  const length = Math.round((count * (0.2 + 0.5 * random.uniform())) / episodes);
  for (let episode = 0; episode < episodes; episode++) {
    const from = Math.floor(random.uniform() * (count - length));
    inside.fill(1, from, from + length);
  }
  return inside;
}
