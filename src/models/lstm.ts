import { recurrentNet } from "./recurrent-net.ts";

/** `lstm` of Strodthoff et al. (2020), 12 leads: 912,199 parameters for 71 classes. */
export const lstm = recurrentNet({ name: "lstm", kind: "lstm", bidirectional: false });
