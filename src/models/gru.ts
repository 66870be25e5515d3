import { recurrentNet } from "./recurrent-net.ts";

/** {@link lstm} with GRU layers; not in the paper. 12 leads: 711,495 parameters for 71 classes. */
export const gru = recurrentNet({
  name: "gru",
  kind: "gru",
  bidirectional: false,
  source: "10.1109/jbhi.2020.3022989, with GRU (Cho et al. 2014) in place of LSTM",
});
