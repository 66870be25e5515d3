import { devices } from "../core/device.ts";
import { option } from "./command.ts";

export const deviceOption = option.choice("--device <device>", "where to compute; default: cpu", devices);
