import { UserError } from "../../core/errors.ts";
import { type NpyArray, npyDtypes } from "./npy-array.ts";

/**
 * Encodes an array as NPY version 1.0, little-endian, C order, as `numpy.save` does.
 * @throws UserError where the values are not as many as the shape says, or not of the dtype.
 */
export function encodeNpy({ shape, dtype, values }: NpyArray): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== values.length || !(values instanceof npyDtypes[dtype])) {
    const wanted = `${count} values in a ${npyDtypes[dtype].name} for shape (${shape.join(", ")}) of ${dtype}`;
    throw new UserError(`Cannot write NPY: expected ${wanted}, found ${values.length} in a ${values.constructor.name}`);
  }
  const order = values.BYTES_PER_ELEMENT === 1 ? "|" : "<";
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const dict = `{'descr': '${order}${dtype}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const preamble = 10;
  const padding = 64 - ((preamble + dict.length + 1) % 64);
  const header = `${dict}${" ".repeat(padding % 64)}\n`;
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bytes = new Uint8Array(preamble + header.length + data.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 0xff, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), preamble);
  bytes.set(data, preamble + header.length);
  return bytes;
}
