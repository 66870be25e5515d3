import { UserError } from "../core/errors.ts";
import type { Architecture } from "./architecture.ts";
import { beatSequence } from "./beat-sequence.ts";
import { conv1d12 } from "./conv1d12.ts";
import { fcnWang } from "./fcn-wang.ts";
import { gru } from "./gru.ts";
import { haResnet } from "./ha-resnet.ts";
import { inception1d } from "./inception1d.ts";
import { lstm } from "./lstm.ts";
import { lstmBidir } from "./lstm-bidir.ts";
import { multiBranchCnn } from "./multi-branch-cnn.ts";
import { residualCrnn } from "./residual-crnn.ts";
import { resnet1dWang } from "./resnet1d-wang.ts";
import { sellamiCnn } from "./sellami-cnn.ts";
import { surveyCnn } from "./survey-cnn.ts";
import { surveyCrnn } from "./survey-crnn.ts";
import { surveyGru, surveyLstm } from "./survey-recurrent.ts";
import { waveletNn } from "./wavelet-nn.ts";
import { xresnet1d101 } from "./xresnet1d101.ts";

/** Every architecture that a recipe can name. */
export const architectures = [
  multiBranchCnn,
  conv1d12,
  fcnWang,
  resnet1dWang,
  inception1d,
  xresnet1d101,
  lstm,
  lstmBidir,
  gru,
  haResnet,
  waveletNn,
  beatSequence,
  sellamiCnn,
  surveyCnn,
  surveyLstm,
  surveyGru,
  surveyCrnn,
  residualCrnn,
] as readonly Architecture[];

/** @throws UserError that lists the known names. */
export function findArchitecture(name: string): Architecture {
  const found = architectures.find((architecture) => architecture.name === name);
  if (found === undefined) {
    const known = architectures.map((architecture) => architecture.name).join(", ");
    throw new UserError(`Cannot find model "${name}": expected one of ${known}.`);
  }
  return found;
}
