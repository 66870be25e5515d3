/**
 * Row numbers in the order of their values, equal ones in the order of the rows: a radix sort over the bits of the doubles, 16 at a
 * time. Values are finite.
 */
export function sortRows(values: Float64Array): Uint32Array {
  const count = values.length;
  const keys = new Float64Array(count);
  // Adding 0 makes −0 and 0 the same bits.
  for (let row = 0; row < count; row++) keys[row] = values[row]! + 0;
  const bits = new Uint16Array(keys.buffer);
  // Bits of a double order as whole numbers do once the sign is flipped, and all bits of negative ones.
  for (let at = 0; at < bits.length; at += 4) {
    const flip = bits[at + 3]! >= 0x8000 ? 0xffff : 0;
    bits[at]! ^= flip;
    bits[at + 1]! ^= flip;
    bits[at + 2]! ^= flip;
    bits[at + 3]! ^= flip | 0x8000;
  }
  let rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  let next = new Uint32Array(count);
  const starts = new Uint32Array(0x10001);
  for (let k = 0; k < 4; k++) {
    starts.fill(0);
    for (let at = k; at < bits.length; at += 4) starts[bits[at]! + 1]! += 1;
    // One digit for all, as the low ones of numbers that were float32: nothing to do.
    if (count > 0 && starts[bits[k]! + 1] === count) continue;
    for (let digit = 0; digit < 0x10000; digit++) starts[digit + 1]! += starts[digit]!;
    for (let place = 0; place < count; place++) {
      const row = rows[place]!;
      const digit = bits[4 * row + k]!;
      next[starts[digit]!] = row;
      starts[digit]! += 1;
    }
    [rows, next] = [next, rows];
  }
  return rows;
}
