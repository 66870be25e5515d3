import { z } from "zod";

/** How the size of a complex or a signed coefficient is shown. */
export const strengthSchema = z.enum(["magnitude", "power", "decibels"]);

/** Where decibels end, so that nothing gives a number too; of squared units. */
const leastPower = 1e-10;

/** From power (magnitude²); decibels are 10 log₁₀ of it, −100 and above. */
export const strengthOf: Readonly<Record<z.output<typeof strengthSchema>, (power: number) => number>> = {
  magnitude: Math.sqrt,
  power: (power) => power,
  decibels: (power) => 10 * Math.log10(Math.max(leastPower, power)),
};
