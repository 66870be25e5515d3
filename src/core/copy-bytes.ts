/**
 * A copy whose buffer holds these bytes and nothing else, so that `new Float32Array(copyBytes(bytes).buffer)` is their values. `slice()`
 * does not do this: of a Node `Buffer` it is a view into a pool that other buffers lie in too.
 */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
