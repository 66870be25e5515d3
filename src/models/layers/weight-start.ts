import type { Initialiser } from "../../tensor/index.ts";

/**
 * How a layer's weights start. By name: He, LeCun and Glorot as in Keras and PyTorch (`he…` is PyTorch's `kaiming…`,
 * `glorot…` its `xavier…`; the normal ones are not truncated, as in PyTorch), "orthogonal" (Saxe 2014), and "pytorch",
 * which PyTorch's own convolution and linear layers use, uniform within ±1/√fanIn. Or as an object.
 */
export type WeightStart = NamedStart | StartSettings;

type Scaled = "heUniform" | "heNormal" | "lecunUniform" | "lecunNormal" | "glorotUniform" | "glorotNormal";

type NamedStart = Scaled | "zeros" | "ones" | "orthogonal" | "pytorch";

type StartSettings =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "uniform"; readonly low: number; readonly high: number }
  /** `truncated` draws again what is more than two standard deviations away. */
  | {
      readonly kind: "normal";
      readonly mean?: number;
      readonly standardDeviation: number;
      readonly truncated?: boolean;
    }
  | { readonly kind: "orthogonal"; readonly gain?: number }
  /** He and LeCun by the outputs that a value reaches instead of the inputs that one comes from. */
  | { readonly kind: "heUniform" | "heNormal" | "lecunUniform" | "lecunNormal"; readonly fan: "in" | "out" };

/** Inputs that one output, and outputs that one input of a layer is connected to. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** The start of a weight as data. */
export function startOf(start: WeightStart, { fanIn, fanOut }: Fans): Initialiser {
  const settings: StartSettings | { readonly kind: NamedStart } = typeof start === "string" ? { kind: start } : start;
  switch (settings.kind) {
    case "zeros":
      return { kind: "constant", value: 0 };
    case "ones":
      return { kind: "constant", value: 1 };
    case "pytorch":
      return { kind: "uniform", low: -1 / Math.sqrt(fanIn), high: 1 / Math.sqrt(fanIn) };
    case "constant":
    case "uniform":
      return settings;
    case "normal": {
      const { mean = 0, standardDeviation, truncated = false } = settings;
      return { kind: truncated ? "truncatedNormal" : "normal", mean, standardDeviation };
    }
    case "orthogonal":
      return { kind: "orthogonal", gain: "gain" in settings ? (settings.gain ?? 1) : 1 };
    case "glorotUniform":
    case "glorotNormal":
      return { kind: settings.kind, fanIn, fanOut };
    default: {
      const fan = "fan" in settings && settings.fan === "out" ? fanOut : fanIn;
      return { kind: settings.kind, fanIn: fan, fanOut };
    }
  }
}
