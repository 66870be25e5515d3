import type { Random } from "../../core/random.ts";

/** In Frank's axes: x to the left arm, y to the feet, z to the back. */
export type Vector = readonly [x: number, y: number, z: number];

export function scaleVector([x, y, z]: Vector, factor: number): Vector {
  return [x * factor, y * factor, z * factor];
}

export function dotVectors(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** About the front-to-back axis. */
export function turnFrontal([x, y, z]: Vector, angle: number): Vector {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c * x - s * y, s * x + c * y, z];
}

/** About the head-to-foot axis. */
export function turnHorizontal([x, y, z]: Vector, angle: number): Vector {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c * x - s * z, y, s * x + c * z];
}

export function randomDirection(random: Random): Vector {
  const [x, y, z] = [random.normal(), random.normal(), random.normal()];
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}

/** A direction turned towards another by about `angle` radians. */
export function turned(from: Vector, towards: Vector, angle: number): Vector {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const mixed: Vector = [c * from[0] + s * towards[0], c * from[1] + s * towards[1], c * from[2] + s * towards[2]];
  const length = Math.hypot(...mixed) || 1;
  return [mixed[0] / length, mixed[1] / length, mixed[2] / length];
}
