import { readFileSync, readdirSync } from "node:fs";

interface Place {
  readonly shape: readonly number[];
  readonly start: number;
}

export interface GoldenNet {
  /** [4, …] */
  readonly x: Float32Array;
  readonly labels: readonly number[];
  /** [4, 3] */
  readonly logits: Float32Array;
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Of the loss. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

const folder = new URL("../golden/onnx/", import.meta.url);

/** What PyTorch says of the nets of tools/golden/torch_exports.py. */
export function readGoldenNets(): ReadonlyMap<string, GoldenNet> {
  const bytes = readFileSync(new URL("exports.bin", folder));
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const take = ({ shape, start }: Place) =>
    all.slice(start, start + shape.reduce((product, size) => product * size, 1));
  const takeAll = (places: Record<string, Place>) =>
    new Map(Object.entries(places).map(([name, place]) => [name, take(place)]));
  const index = JSON.parse(readFileSync(new URL("exports.json", folder), "utf8")) as Record<
    string,
    {
      x: Place;
      labels: number[];
      logits: Place;
      loss: number;
      parameters: Record<string, Place>;
      gradients: Record<string, Place>;
    }
  >;
  return new Map(
    Object.entries(index).map(([name, { x, logits, parameters, gradients, ...rest }]) => [
      name,
      {
        ...rest,
        x: take(x),
        logits: take(logits),
        parameters: takeAll(parameters),
        gradients: takeAll(gradients),
      },
    ]),
  );
}

/** `fcn_wang.current.onnx` and the like. */
export const exportedFiles: readonly string[] = readdirSync(folder).filter((name) => name.endsWith(".onnx"));

export function readExport(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, folder)));
}
