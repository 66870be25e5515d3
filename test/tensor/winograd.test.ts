import { describe, expect, it } from "vitest";

import {
  type Tensor,
  add,
  concat,
  conv2d,
  encodeOnnx,
  gradients,
  input,
  leafName,
  leavesOf,
  mul,
  parameter,
  reduceSum,
  tanh,
} from "../../src/tensor/index.ts";
import { computeOutputs } from "./compute-outputs.ts";

const kernel = (name: string, shape: readonly number[]) =>
  parameter(name, shape, { initialise: { kind: "uniform", low: -0.3, high: 0.3 } });

type Net = (x: Tensor) => Tensor;

/** Nets whose convolutions are written by points, but for those that their names say. */
const nets: Readonly<Record<string, Net>> = {
  "one after another": (x) => {
    const y = tanh(conv2d(x, kernel("a", [20, 16, 3, 3]), { padding: "same" }));
    return conv2d(y, kernel("b", [17, 20, 3, 3]), { padding: "same" });
  },
  "two with one input and other padding": (x) => {
    const shared = kernel("shared", [16, 16, 3, 3]);
    const wide = conv2d(x, shared, { padding: [2, 0] });
    return add(wide, conv2d(x, shared, { padding: [1, 1] }));
  },
  "beside strides, dilation, few channels and other kernels": (x) => {
    const few = conv2d(x, kernel("few", [4, 16, 3, 3]), { padding: "same" });
    const dilated = conv2d(x, kernel("dilated", [16, 16, 3, 3]), { padding: "same", dilation: 2 });
    const long = conv2d(x, kernel("long", [16, 16, 5, 3]), { padding: "same" });
    const joined = concat([few, dilated, long, x], 1);
    const strided = conv2d(joined, kernel("strided", [16, 52, 3, 3]), { padding: [1, 1], stride: 2 });
    return conv2d(strided, kernel("last", [16, 16, 3, 3]), { padding: "same" });
  },
};

const images: readonly (readonly [number, number])[] = [
  [4, 4],
  [8, 4],
  [8, 8],
  [7, 7],
  [16, 12],
];

/** Few rows are taken in small tiles, many in large ones. */
const batches = [3, 40];

function training(
  net: Net,
  { image, batch }: { readonly image: readonly [number, number]; readonly batch: number },
): Record<string, Tensor> {
  const x = input("x", [batch, 16, ...image]);
  const y = net(x);
  const loss = reduceSum(mul(y, input("w", y.shape)));
  const wanted = [x, ...leavesOf([loss]).parameters];
  const slopes = gradients(loss, wanted);
  return { y, ...Object.fromEntries(slopes.map((slope, i) => [`slope of ${leafName(wanted[i]!)}`, slope])) };
}

describe("convolutions of images by points", () => {
  const cases = Object.entries(nets).flatMap(([name, net]) =>
    images.flatMap((image) => batches.map((batch) => ({ name, net, image, batch }))),
  );

  it.each(cases)("give the same values and slopes: $name, $batch images of $image", async ({ net, image, batch }) => {
    const outputs = training(net, { image, batch });
    const { values: plain } = await computeOutputs(outputs, "plain");
    const { values: fast } = await computeOutputs(outputs, "fast");
    for (const [key, wanted] of Object.entries(plain)) {
      const greatest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-2);
      const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - fast[key]![i]!)), 0);
      expect(worst / greatest, key).toBeLessThan(2e-5);
    }
  });

  it("need no convolution", () => {
    const outputs = training(nets["one after another"]!, { image: [8, 8], batch: 3 });
    const text = (formulation: "plain" | "fast") =>
      new TextDecoder("latin1").decode(encodeOnnx({ outputs, formulation }));
    expect(text("plain")).toContain("Conv");
    expect(text("fast")).not.toContain("Conv");
  });
});
