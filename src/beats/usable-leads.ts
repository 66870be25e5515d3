import { millivoltsPerUnit } from "../core/millivolts.ts";
import type { Lead } from "../core/recording.ts";

/** What monitors and sleep laboratories record beside an ECG, some of it in volts too. */
const otherSignals =
  /^(?:resp|pleth|ppg|spo2|sao2|co2|etco2|abp|art|ibp|nibp|nbp|bp|cvp|pap|icp|eda|gsr|emg|eog|eeg|temp|acc)(?![a-z])|^(?:respiration|plethysmogram)/i;

/** Whether a lead is a voltage, has a valid sample, and is no other signal by its name. */
export function isUsableLead({ name, unit, samples }: Lead): boolean {
  return (
    millivoltsPerUnit(unit) !== undefined && !otherSignals.test(name) && samples.some((value) => !Number.isNaN(value))
  );
}

/** Whether all valid samples are the same: an electrode that was not connected. Not of a lead without any. */
export function isFlatLead({ samples }: Lead): boolean {
  const first = samples.find((value) => !Number.isNaN(value));
  return first !== undefined && samples.every((value) => value === first || Number.isNaN(value));
}

/** Share of the samples that are missing. */
export function missingShare({ samples }: Lead): number {
  return samples.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0) / Math.max(1, samples.length);
}

/** A lead as a refusal names it: its unit, and what else is wrong with it. */
export function describeLead(lead: Lead): string {
  const { name, unit, samples } = lead;
  const wrong = otherSignals.test(name)
    ? ", no ECG by its name"
    : samples.every(Number.isNaN)
      ? ", no valid sample"
      : isFlatLead(lead)
        ? ", flat"
        : "";
  return `${name} (${unit ?? "no unit"}${wrong})`;
}
