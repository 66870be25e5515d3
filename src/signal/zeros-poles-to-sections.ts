import { type Complex, complex } from "./complex.ts";
import type { Section, Sections } from "./sos-filter.ts";

/**
 * Groups zeros and poles into second-order sections by SciPy's rule ("nearest"): the pole nearest to the unit circle comes
 * last and gets the zeros nearest to it, and so on; the first section carries the gain. Zeros and poles must come as
 * conjugate pairs or real, as many of one as of the other.
 */
export function zerosPolesToSections({
  zeros,
  poles,
  gain,
}: {
  readonly zeros: readonly Complex[];
  readonly poles: readonly Complex[];
  readonly gain: number;
}): Sections {
  const padding = poles.length % 2 === 1 ? [complex(0, 0)] : [];
  const zerosLeft = upperHalf([...zeros, ...padding]);
  const polesLeft = upperHalf([...poles, ...padding]);
  const sections: Section[] = [];
  while (polesLeft.length > 0) {
    const pole = takeWorst(polesLeft);
    if (!isReal(pole)) {
      // A complex pole may not take one of two last zeros when a real pair of poles will need them.
      const keepReal =
        polesLeft.length + 1 === zerosLeft.length &&
        polesLeft.filter(isReal).length === 1 &&
        zerosLeft.filter(isReal).length === 1;
      const zero = takeNearest(zerosLeft, { to: pole, accept: keepReal ? (point) => !isReal(point) : () => true });
      const other = isReal(zero) ? takeNearest(zerosLeft, { to: pole, accept: isReal }) : conjugate(zero);
      sections.unshift(section([zero, other], [pole, conjugate(pole)]));
    } else {
      const otherPole = takeWorst(polesLeft, isReal);
      const zero = takeNearest(zerosLeft, { to: pole, accept: () => true });
      const other = isReal(zero) ? takeNearest(zerosLeft, { to: pole, accept: isReal }) : conjugate(zero);
      sections.unshift(section([zero, other], [pole, otherPole]));
    }
  }
  const [b0, b1, b2, a0, a1, a2] = sections[0]!;
  sections[0] = [b0 * gain, b1 * gain, b2 * gain, a0, a1, a2];
  return sections;
}

/** One of each conjugate pair, then the real ones, each by ascending real part. */
function upperHalf(points: readonly Complex[]): Complex[] {
  const byPosition = (a: Complex, b: Complex) => a.re - b.re || a.im - b.im;
  return [
    ...points.filter((point) => !isReal(point) && point.im > 0).sort(byPosition),
    ...points
      .filter(isReal)
      .map(({ re }) => complex(re, 0))
      .sort(byPosition),
  ];
}

function isReal(point: Complex): boolean {
  return Math.abs(point.im) <= 100 * Number.EPSILON * complex.magnitude(point);
}

function conjugate(point: Complex): Complex {
  return complex(point.re, -point.im);
}

/** Takes the point nearest to the unit circle out of `points`. */
function takeWorst(points: Complex[], accept: (point: Complex) => boolean = () => true): Complex {
  return take(points, { accept, cost: (point) => Math.abs(1 - complex.magnitude(point)) });
}

function takeNearest(points: Complex[], { to, accept }: { to: Complex; accept: (point: Complex) => boolean }): Complex {
  return take(points, { accept, cost: (point) => complex.magnitude(complex.subtract(point, to)) });
}

function take(
  points: Complex[],
  { accept, cost }: { accept: (point: Complex) => boolean; cost: (point: Complex) => number },
): Complex {
  let best = -1;
  points.forEach((point, i) => {
    if (accept(point) && (best === -1 || cost(point) < cost(points[best]!))) best = i;
  });
  return points.splice(best, 1)[0]!;
}

function section([z1, z2]: [Complex, Complex], [p1, p2]: [Complex, Complex]): Section {
  const sum = (a: Complex, b: Complex) => complex.add(a, b).re;
  const product = (a: Complex, b: Complex) => complex.multiply(a, b).re;
  return [1, -sum(z1, z2), product(z1, z2), 1, -sum(p1, p2), product(p1, p2)];
}
