import { describe, expect, it } from "vitest";

import { createRandom } from "../../src/core/random.ts";
import { findArchitecture, traceModel } from "../../src/models/index.ts";
import { encodeOnnx } from "../../src/tensor/index.ts";
import { halveWeights } from "../../src/train/runs/half-weights.node.ts";
import { initialiseParameters, modelWeights, startingParameters, viewOf, weightsOf } from "../../src/train/index.ts";
import { settings, smallProgram } from "./small-training.ts";

const seededFor = (classCount: number, seed: string) => {
  const { program, parameters } = smallProgram(settings(), {}, { classCount });
  return { layout: program.layout, seeded: initialiseParameters(parameters, program.layout, createRandom(seed)) };
};

describe("startingParameters", () => {
  const old = seededFor(5, "old");
  const from = weightsOf(old.seeded, old.layout);
  const { layout, seeded } = seededFor(3, "new");

  it("takes all but the new head", () => {
    const untouched = seeded.slice();
    const start = startingParameters(layout.places, { from, except: ["output.*"], seeded });
    expect(seeded).toEqual(untouched);
    for (const place of layout.places) {
      const wanted = place.name.startsWith("output.") ? viewOf(seeded, place) : from.get(place.name)!;
      expect(viewOf(start, place), place.name).toEqual(wanted);
    }
    expect(layout.places.filter(({ name }) => name.startsWith("output."))).toHaveLength(2);
  });

  it("takes all of the same net", () => {
    const again = startingParameters(old.layout.places, {
      from,
      except: [],
      seeded: new Float32Array(old.layout.size),
    });
    expect(again).toEqual(old.seeded);
  });

  it("says what does not fit", () => {
    const start = (options: object) => () =>
      startingParameters(layout.places, { from, except: [], seeded, ...options });
    expect(start({})).toThrow(
      'Cannot start from these weights: expected "output.weight" of shape [16, 3], or it left out, found 80 values.',
    );
    expect(start({ except: ["head.*"] })).toThrow(
      'expected a parameter whose name fits "head.*", to be left out, found none; the net has branch1.conv1.weight,',
    );
    const short = new Map([...from].filter(([name]) => !name.startsWith("branch2.conv1")));
    expect(start({ from: short, except: ["output.*"] })).toThrow(
      "expected values for branch2.conv1.weight, or these left out, found branch1.conv1.weight,",
    );
    expect(start({ from: new Map() })).toThrow(/, or these left out, found none\.$/);
    const turned = new Map([["branch1.conv1.weight", [4, 1, 1]]]);
    expect(start({ except: ["output.*"], shapes: turned })).toThrow(
      /expected "branch1.conv1.weight" of shape \[4, 1, \d\], or it left out, found \[4, 1, 1\]\./,
    );
  });

  it("reads a model file's, in float32 and float16", () => {
    const net = traceModel(findArchitecture("multi-branch-cnn"), {
      mode: "inference",
      settings: { filters: [4, 6], dense: [16] },
      batch: 1,
      channels: 1,
      samples: 48,
      classCount: 5,
    });
    const onnx = encodeOnnx({ outputs: { probabilities: net.logits }, weights: from, dynamicBatch: true });
    const whole = startingParameters(layout.places, { ...modelWeights(onnx), except: ["output.*"], seeded });
    expect(whole).toEqual(startingParameters(layout.places, { from, except: ["output.*"], seeded }));
    const half = startingParameters(layout.places, {
      ...modelWeights(halveWeights(onnx)),
      except: ["output.*"],
      seeded,
    });
    expect(Math.max(...half.map((value, i) => Math.abs(value - whole[i]!)))).toBeLessThan(1e-3);
    expect(() => startingParameters(layout.places, { ...modelWeights(onnx), except: [], seeded })).toThrow(
      'expected "output.weight" of shape [16, 3], or it left out, found [16, 5]',
    );
  });
});
