import { copyBytes } from "../../core/copy-bytes.ts";
import { FormatError } from "../../core/errors.ts";
import { isPythonDict, parsePythonLiteral, type PythonValue } from "../python/parse-literal.ts";
import { type NpyArray, type NpyDtype, npyDtypes, type NpyValues } from "./npy-array.ts";

export interface ParseNpyOptions {
  /** The file's name, for messages. */
  readonly name?: string;
}

/**
 * Parses an NPY file, versions 1 to 3 (numpy.lib.format), of numbers or booleans in either byte and axis order. Half-precision
 * numbers are widened to `f4`.
 * @throws FormatError for anything else, and where the bytes are not exactly those that the shape needs.
 */
export function parseNpy(bytes: Uint8Array, { name: file = "NPY file" }: ParseNpyOptions = {}): NpyArray {
  const { descriptor, fortranOrder, shape, dataStart } = parseHeader(bytes, file);
  const { dtype, itemSize, bigEndian } = dtypeOf(descriptor, file);
  const count = shape.reduce((product, size) => product * size, 1);
  const found = bytes.length - dataStart;
  if (!Number.isSafeInteger(count * itemSize) || found !== count * itemSize) {
    throw new FormatError(
      `Cannot read the NPY file: expected ${count * itemSize} bytes for shape (${shape.join(", ")}) of ${descriptor}, found ${found}`,
      { file, byte: dataStart },
    );
  }
  // Values begin at an offset that typed arrays accept, and may be turned in place.
  const data = copyBytes(bytes.subarray(dataStart));
  if (bigEndian) reverseItems(data, itemSize);
  const values = dtype === "f2" ? widenHalves(new Uint16Array(data.buffer)) : new npyDtypes[dtype](data.buffer);
  return {
    shape,
    dtype: dtype === "f2" ? "f4" : dtype,
    values: fortranOrder && shape.length > 1 ? toRowOrder(values, shape) : values,
  };
}

interface Header {
  readonly descriptor: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  readonly dataStart: number;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const keys = ["descr", "fortran_order", "shape"];

function parseHeader(bytes: Uint8Array, file: string): Header {
  const fail = (wanted: string, found: string, byte: number) =>
    new FormatError(`Cannot read the NPY file: expected ${wanted}, found ${found}`, { file, byte });
  if (magic.some((byte, i) => bytes[i] !== byte)) throw fail("it to begin with \\x93NUMPY", "something else", 0);
  const version = bytes[6];
  if (version !== 1 && version !== 2 && version !== 3) throw fail("version 1, 2 or 3", String(version ?? "the end"), 6);
  const headerStart = version === 1 ? 10 : 12;
  if (bytes.length < headerStart) throw fail(`a header`, `${bytes.length} bytes`, 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = headerStart + length;
  if (bytes.length < dataStart) throw fail(`a header of ${length} bytes`, `${bytes.length - headerStart}`, headerStart);
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(bytes.subarray(headerStart, dataStart));
  const header = parsePythonLiteral(text, { what: "the NPY header", place: { file, byte: headerStart } });
  const isComplete = isPythonDict(header) && header.size === keys.length && keys.every((key) => header.has(key));
  if (!isComplete) throw fail(`a dict of ${keys.join(", ")}`, JSON.stringify(text.trim().slice(0, 80)), headerStart);
  const [descriptor, fortranOrder, shape] = keys.map((key) => header.get(key)!);
  if (typeof descriptor !== "string") {
    throw fail("one kind of number", "a structured type", headerStart);
  }
  if (typeof fortranOrder !== "boolean")
    throw fail("fortran_order to be True or False", String(fortranOrder), headerStart);
  if (!isShape(shape!)) throw fail("a shape of whole numbers", JSON.stringify(shape), headerStart);
  return { descriptor, fortranOrder, shape, dataStart };
}

function isShape(value: PythonValue): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function dtypeOf(descriptor: string, file: string) {
  const match = /^([<>|=])?(\w\d+)$/.exec(descriptor);
  const code = match?.[2] ?? "";
  const itemSize = Number(code.slice(1));
  const known = code === "f2" || Object.hasOwn(npyDtypes, code);
  if (match === null || !known || (match[1] === "|" && itemSize > 1)) {
    throw new FormatError(
      `Cannot read the NPY file: expected one of f2, ${Object.keys(npyDtypes).join(", ")} as its dtype, found ${JSON.stringify(descriptor)}`,
      { file },
    );
  }
  return { dtype: code as NpyDtype | "f2", itemSize, bigEndian: match[1] === ">" };
}

function reverseItems(data: Uint8Array, itemSize: number): void {
  for (let i = 0; i < data.length; i += itemSize) data.subarray(i, i + itemSize).reverse();
}

/** IEEE 754 binary16. */
function widenHalves(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
}

/** From the first axis being the fastest to the last. */
function toRowOrder(values: NpyValues, shape: readonly number[]): NpyValues {
  const turned = values.slice();
  const steps: number[] = [];
  let step = 1;
  for (const size of shape) {
    steps.push(step);
    step *= size;
  }
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    turned[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return turned;
}
