import type { Random } from "../../core/random.ts";
import { scaleShape, type Shape, type Wave } from "./heart-vector.ts";
import { randomDirection, scaleVector, turned, turnFrontal, turnHorizontal, type Vector } from "./vectors.ts";

/** The forms of one person's heart beats. */
export interface Shapes {
  /** The conducted QRS-T: narrow, or with a bundle-branch block. */
  readonly normal: Shape;
  /** Conducted with the other conduction: the aberrant form of premature beats. */
  readonly aberrant: Shape;
  /** One form for each ventricular focus. */
  readonly ventricular: readonly Shape[];
  readonly paced: Shape;
  /** A beat that nobody could name. */
  readonly odd: Shape;
  readonly sinusP: Shape;
  /** From an ectopic atrial focus. */
  readonly ectopicP: Shape;
  /** Backwards from the AV node. */
  readonly retrogradeP: Shape;
}

export type Conduction = "narrow" | "right-block" | "left-block";

/** Draws one person's forms: amplitudes, widths, times and directions around the anatomy's. */
export function drawShapes(random: Random, conduction: Conduction): Shapes {
  const vary = createVariation(random);
  const narrow = vary.shape(narrowBeat);
  const right = [...narrow.filter((wave) => wave.part === "QRS").slice(0, 2), ...vary.shape(rightBlock)];
  const left = vary.shape(leftBlock);
  const normal = { narrow, "right-block": right, "left-block": left }[conduction];
  const aberrant = conduction === "right-block" || (conduction === "narrow" && random.uniform() < 0.3) ? left : right;
  const sinusP = vary.shape(sinusWave);
  return {
    normal,
    aberrant,
    ventricular: Array.from({ length: 3 }, () => ventricularBeat(random, vary)),
    paced: vary.shape(pacedBeat, { ownT: true }),
    odd: ventricularBeat(random, vary).map((wave, i) => ({ ...wave, width: wave.width * (i % 2 === 0 ? 1.6 : 0.5) })),
    sinusP,
    ectopicP: vary.shape(scaleShape(sinusWave, 0.8), { tilt: 1 }),
    retrogradeP: vary.shape(scaleShape(sinusWave, -0.8)),
  };
}

/** Both forms at once, as when a sinus and a ventricular front meet: a share of the one, the rest of the other. */
export function blendShapes(first: Shape, second: Shape, share: number): Shape {
  return [...scaleShape(first, share), ...scaleShape(second, 1 - share)];
}

function wave(part: Wave["part"], milliseconds: number, width: number, vector: Vector): Wave {
  return { part, time: milliseconds / 1000, width: width / 1000, vector };
}

// The directions follow the order in which the heart is excited; sizes are chosen so that Dower's leads look as in textbooks.

/** Septum (to the right and front), free walls (left, down), base (up, back); repolarisation along the main axis. */
const narrowBeat: Shape = [
  wave("QRS", -26, 7, [-0.22, -0.06, -0.28]),
  wave("QRS", 0, 10, [1.05, 0.92, 0.2]),
  wave("QRS", 20, 9, [0.05, -0.12, 0.72]),
  wave("QRS", 37, 8, [-0.2, -0.22, 0.26]),
  wave("T", 262, 48, [0.2, 0.18, -0.12]),
  wave("T", 312, 28, [0.14, 0.12, -0.07]),
];

/** What a blocked right bundle adds to the first half of the narrow beat: a late, slow front to the right ventricle. */
const rightBlock: Shape = [
  wave("QRS", 26, 10, [-0.1, -0.05, 0.3]),
  wave("QRS", 62, 17, [-0.62, -0.08, -0.72]),
  wave("T", 290, 50, [0.26, 0.18, 0.12]),
  wave("T", 345, 30, [0.12, 0.08, 0.08]),
];

/** No septal vector, one slow notched front to the left and back, repolarisation against it. */
const leftBlock: Shape = [
  wave("QRS", -18, 15, [0.5, 0.42, 0.5]),
  wave("QRS", 8, 13, [0.45, 0.4, 0.45]),
  wave("QRS", 42, 19, [0.85, 0.28, 0.6]),
  wave("T", 250, 62, [-0.3, -0.14, -0.26]),
  wave("T", 330, 36, [-0.2, -0.08, -0.16]),
];

/** The pacemaker's spike, then a front from the apex of the right ventricle: left, upwards and back. */
const pacedBeat: Shape = [
  wave("spike", -62, 1.4, [0.9, 1.6, 0.4]),
  wave("QRS", -22, 18, [0.35, -0.5, 0.1]),
  wave("QRS", 10, 20, [0.6, -0.85, 0.5]),
  wave("QRS", 52, 20, [0.3, -0.3, 0.55]),
  wave("T", 262, 64, [-0.26, 0.42, -0.2]),
  wave("T", 340, 36, [-0.16, 0.24, -0.1]),
];

/** Right atrium, then left; relative to the centre of the wave. */
const sinusWave: Shape = [wave("P", -12, 17, [0.04, 0.085, -0.04]), wave("P", 14, 19, [0.07, 0.045, 0.045])];

/** A beat from anywhere in the ventricles: slow, large, with repolarisation against it. */
function ventricularBeat(random: Random, vary: Variation): Shape {
  const direction = randomDirection(random);
  const second = turned(direction, randomDirection(random), 0.5 + 0.9 * random.uniform());
  const third = turned(second, randomDirection(random), 0.6 + 1.2 * random.uniform());
  const size = 0.85 + 0.9 * random.uniform();
  const slow = 0.72 + 0.6 * random.uniform();
  const discordance = 0.22 + 0.2 * random.uniform();
  const shape = [
    wave("QRS", -24 * slow, 18 * slow, scaleVector(direction, size)),
    wave("QRS", 18 * slow, 21 * slow, scaleVector(second, 0.85 * size)),
    wave("QRS", 62 * slow, 22 * slow, scaleVector(third, 0.5 * size)),
    wave("T", 255, 62, scaleVector(direction, -discordance * size)),
    wave("T", 325, 38, scaleVector(second, -0.7 * discordance * size)),
  ];
  return vary.shape(shape, { ownT: true });
}

interface Variation {
  /** @param options.tilt radians by which this shape lies off; `ownT`: its T wave does not follow the person's. */
  shape(shape: Shape, options?: { readonly tilt?: number; readonly ownT?: boolean }): Shape;
}

/** One person's build: the whole heart lies turned, everything a little larger, later, wider; then each wave for itself. */
function createVariation(random: Random): Variation {
  const frontal = 0.32 * random.normal();
  const horizontal = 0.26 * random.normal();
  const size = Math.exp(0.2 * random.normal());
  const tWave = Math.exp(0.4 * random.normal()) * (random.uniform() < 0.12 ? -0.7 : 1);
  const slow = Math.exp(0.1 * random.normal());
  const build = (vector: Vector): Vector => turnHorizontal(turnFrontal(vector, frontal), horizontal);
  return {
    shape: (shape, { tilt = 0.12, ownT = false } = {}) => {
      const off = [tilt * random.normal(), tilt * random.normal()] as const;
      return shape.map((item) => {
        const own = Math.exp((item.part === "QRS" ? 0.16 : 0.12) * random.normal());
        const factor = own * size * (item.part === "T" && !ownT ? tWave : 1);
        const vector = turnHorizontal(turnFrontal(build(item.vector), off[0]), off[1]);
        const scale = item.part === "QRS" ? slow : 1;
        return {
          part: item.part,
          time: item.time * scale * (1 + 0.05 * random.normal()),
          width: item.width * (item.part === "spike" ? 1 : scale * Math.exp(0.1 * random.normal())),
          vector: scaleVector(vector, factor),
        };
      });
    },
  };
}
