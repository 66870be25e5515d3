import { z } from "zod";

import { UserError } from "../core/errors.ts";
import {
  type Tensor,
  add,
  concat,
  exp,
  log,
  logSoftmax,
  maximum,
  minimum,
  mul,
  parameter,
  relu,
  reshape,
  scalar,
  scale,
  slice,
  sub,
  transpose,
} from "../tensor/index.ts";
import type { Architecture } from "./architecture.ts";
import type { Layers } from "./layers/index.ts";

const settings = z.strictObject({
  /** Units of the layer that reads each beat's features by themselves. */
  stem: z.int().positive().default(64),
  /** What joins a beat with its neighbours: a recurrent layer in both directions, or convolutions along the beats. */
  context: z.enum(["gru", "convolution"]).default("gru"),
  /** Units of the context: of each direction, or filters. */
  units: z.int().positive().default(48),
  dropout: z.number().min(0).lt(1).default(0.3),
  /** Dropped whole features of a chunk. */
  inputDropout: z.number().min(0).lt(1).default(0.1),
  /** Nets whose probabilities are averaged; each is trained by itself. */
  members: z.int().positive().default(1),
  /** Classes of the chunk's middle beat alone, or of every beat. */
  classifies: z.enum(["middle", "every"]).default("middle"),
});

type Settings = z.output<typeof settings>;

/**
 * Classes of beats from what is known of each beat relative to its recording, x [batch, feature, beat] → logarithms of
 * probabilities: of the middle beat [batch, class]; or of every beat [batch, beat · class]. A softmax over the latter gives
 * each beat's probabilities over the number of beats, so the cross-entropy with targets that name several beats' classes
 * is the sum of the beats' cross-entropies (and a constant): no other loss is needed.
 */
export const beatSequence: Architecture<Settings> = {
  name: "beat-sequence",
  source: "our own; a bidirectional GRU (Cho et al. 2014) over record-relative features",
  settings,
  build: (x, { layers, settings, classCount }) => {
    const [batch, , beats] = x.shape as [number, number, number];
    const every = settings.classifies === "every";
    const classes = every ? classCount / beats : classCount;
    if (!Number.isInteger(classes)) {
      throw new UserError(
        `Cannot build model beat-sequence: expected as many outputs for each of ${beats} beats, found ${classCount} in all.`,
      );
    }
    const members = Array.from({ length: settings.members }, (_, i) =>
      logSoftmax(member(x, { layers, settings, classes, name: `member${i + 1}` }), 1),
    );
    const mean = members.length === 1 ? members[0]! : logMean(members);
    if (every) return reshape(transpose(mean, [0, 2, 1]), [batch, beats * classes]);
    const middle = Math.floor(beats / 2);
    return reshape(slice(mean, { axis: 2, start: middle, end: middle + 1 }), [batch, classes]);
  },
};

interface MemberOptions {
  readonly layers: Layers;
  readonly settings: Settings;
  readonly classes: number;
  readonly name: string;
}

/** x [batch, feature, beat] → logits [batch, class, beat] */
function member(x: Tensor, { layers, settings, classes, name }: MemberOptions): Tensor {
  const { stem, context, units, dropout, inputDropout } = settings;
  const drop = (y: Tensor, part: string) => layers.dropout(y, { name: `${name}.${part}`, rate: dropout });
  const known = layers.spatialDropout(standardise(x, name), { name: `${name}.inputDropout`, rate: inputDropout });
  const pointwise = (y: Tensor, part: string, filters: number) =>
    layers.conv1d(y, { name: `${name}.${part}`, filters, kernel: 1 });
  const own = drop(relu(pointwise(known, "stem", stem)), "stemDropout");
  const around =
    context === "gru"
      ? layers.gru(own, { name: `${name}.gru`, units, bidirectional: true }).output
      : convolutions(own, { layers, name, units });
  return pointwise(drop(concat([own, around], 1), "contextDropout"), "output", classes);
}

/** Features less their mean and over their deviation in the training, which `trainSequenceNet` sets; held within ±5. */
function standardise(x: Tensor, name: string): Tensor {
  const statistic = (part: string, value: number) =>
    parameter(`${name}.features.${part}`, [1, x.shape[1]!, 1], {
      initialise: { kind: "constant", value },
      trainable: false,
    });
  const standard = mul(sub(x, statistic("mean", 0)), statistic("factor", 1));
  return maximum(minimum(standard, scalar(5)), scalar(-5));
}

/** Two residual convolutions over 5 beats, the second over every third one: 17 beats in all. */
function convolutions(x: Tensor, { layers, name, units }: { layers: Layers; name: string; units: number }): Tensor {
  const convolve = (y: Tensor, part: string, dilation: number) =>
    relu(
      layers.conv1d(y, {
        name: `${name}.${part}`,
        filters: units,
        kernel: 5,
        dilation,
        padding: [2 * dilation, 2 * dilation],
      }),
    );
  const first = convolve(x, "near", 1);
  return add(first, convolve(first, "far", 3));
}

/** log of the mean of the probabilities. */
function logMean(logs: readonly Tensor[]): Tensor {
  const sum = logs.map((each) => exp(each)).reduce((total, each) => add(total, each));
  return log(add(scale(sum, 1 / logs.length), scalar(1e-12)));
}
