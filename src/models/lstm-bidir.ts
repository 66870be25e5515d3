import { recurrentNet } from "./recurrent-net.ts";

/** `lstm_bidir` of Strodthoff et al. (2020), 12 leads: 2,339,143 parameters for 71 classes. */
export const lstmBidir = recurrentNet({ name: "lstm_bidir", kind: "lstm", bidirectional: true });
