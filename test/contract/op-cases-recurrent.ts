import { concat, conv2d, exp, gru, lstm, reshape, scale, split } from "../../src/tensor/index.ts";
import type { Build } from "./op-cases.ts";

const pattern = /^(?<kind>lstm|gru) \S+ u\d (?<direction>forward|reverse) (?<part>output|cell|both)$/;

/** Cases of recurrent ops, by the name that they have in the golden file. */
export function findRecurrentCase(name: string): Build | undefined {
  if (name === "split") {
    return ({ x }) => {
      const [a, b] = split(x!, { axis: 1, sizes: [3, 1, 3] });
      return concat([scale(b!, 2), exp(a!)], 1);
    };
  }
  if (name === "image-convolution") return ({ x, w }) => conv2d(x!, w!, { padding: "same" });
  const { kind, direction, part } = pattern.exec(name)?.groups ?? {};
  if (kind === undefined) return undefined;
  return ({ x, input, hidden, inputBias, hiddenBias }) => {
    const weights = { input: input!, hidden: hidden!, inputBias: inputBias!, hiddenBias: hiddenBias! };
    const options = { weights, reverse: direction === "reverse", name: "rnn" };
    if (kind === "gru") return gru(x!, options);
    const { output, cell } = lstm(x!, options);
    if (part === "output") return output;
    return part === "cell"
      ? cell
      : concat([reshape(output, [x!.shape[0]!, hidden!.shape[1]! * x!.shape[2]!]), cell], 1);
  };
}

export const namedRecurrentCases: readonly string[] = ["split", "image-convolution"];
