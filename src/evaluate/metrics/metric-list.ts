import { cinc2017Metric, jKappaMetric, kappaMetric } from "./agreement-metrics.ts";
import { macroAucMetric, macroAucPresentMetric, macroAuprcMetric } from "./area-metrics.ts";
import { classwiseEceMassMetric, classwiseEceMetric, eceMassMetric, eceMetric } from "./calibration-metrics.ts";
import { cinc2020Metric, cinc2021Metric } from "./cinc2020.ts";
import { fBetaMetric, gBetaMetric } from "./f-beta.ts";
import { macroF1Metric, macroSensitivityMetric, microF1Metric, weightedF1Metric } from "./f1-metrics.ts";
import { fmaxMetric } from "./fmax.ts";
import type { Metric } from "./metric.ts";
import { accuracyMetric, brierMetric, logLossMetric, subsetAccuracyMetric } from "./row-metrics.ts";

/** Every metric of predictions, in the order in which tables show them. A new one is one file and one line here. */
export const metricList: readonly Metric[] = [
  macroAucMetric,
  macroAucPresentMetric,
  macroAuprcMetric,
  fmaxMetric,
  accuracyMetric,
  subsetAccuracyMetric,
  macroF1Metric,
  weightedF1Metric,
  microF1Metric,
  macroSensitivityMetric,
  fBetaMetric,
  gBetaMetric,
  kappaMetric,
  jKappaMetric,
  cinc2017Metric,
  cinc2020Metric,
  cinc2021Metric,
  brierMetric,
  logLossMetric,
  eceMetric,
  eceMassMetric,
  classwiseEceMetric,
  classwiseEceMassMetric,
];
