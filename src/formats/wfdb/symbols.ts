/** One annotation type of the MIT annotation format. */
export interface WfdbSymbol {
  /** The code stored in the file, 1–49. */
  readonly code: number;
  /** What a person sees: `N`, `V`, `+`, … */
  readonly symbol: string;
  readonly description: string;
  /**
   * Whether it marks a heart beat. MIT-BIH's published count of 109,494 beats leaves out `!` (a wave within ventricular
   * flutter), which WFDB's own `isqrs` takes for a QRS complex; so does this table.
   */
  readonly isBeat: boolean;
}

/** The standard annotation types (WFDB Applications Guide, annot(5)); codes 15, 17 and 42–49 have no standard meaning. */
export const wfdbSymbols: readonly WfdbSymbol[] = [
  beat(1, "N", "Normal beat"),
  beat(2, "L", "Left bundle branch block beat"),
  beat(3, "R", "Right bundle branch block beat"),
  beat(4, "a", "Aberrated atrial premature beat"),
  beat(5, "V", "Premature ventricular contraction"),
  beat(6, "F", "Fusion of ventricular and normal beat"),
  beat(7, "J", "Nodal (junctional) premature beat"),
  beat(8, "A", "Atrial premature beat"),
  beat(9, "S", "Supraventricular premature or ectopic beat"),
  beat(10, "E", "Ventricular escape beat"),
  beat(11, "j", "Nodal (junctional) escape beat"),
  beat(12, "/", "Paced beat"),
  beat(13, "Q", "Unclassifiable beat"),
  mark(14, "~", "Change in signal quality"),
  mark(16, "|", "Isolated QRS-like artifact"),
  mark(18, "s", "ST segment change"),
  mark(19, "T", "T-wave change"),
  mark(20, "*", "Systole"),
  mark(21, "D", "Diastole"),
  mark(22, '"', "Comment"),
  mark(23, "=", "Measurement"),
  mark(24, "p", "P-wave peak"),
  beat(25, "B", "Left or right bundle branch block beat"),
  mark(26, "^", "Non-conducted pacer spike"),
  mark(27, "t", "T-wave peak"),
  mark(28, "+", "Rhythm change"),
  mark(29, "u", "U-wave peak"),
  beat(30, "?", "Beat not classified during learning"),
  mark(31, "!", "Ventricular flutter wave"),
  mark(32, "[", "Start of ventricular flutter or fibrillation"),
  mark(33, "]", "End of ventricular flutter or fibrillation"),
  beat(34, "e", "Atrial escape beat"),
  beat(35, "n", "Supraventricular escape beat"),
  mark(36, "@", "Link to external data"),
  mark(37, "x", "Non-conducted P-wave"),
  beat(38, "f", "Fusion of paced and normal beat"),
  mark(39, "(", "Waveform onset"),
  mark(40, ")", "Waveform end"),
  beat(41, "r", "R-on-T premature ventricular contraction"),
];

const beatSymbols: ReadonlySet<string> = new Set(
  wfdbSymbols.filter(({ isBeat }) => isBeat).map(({ symbol }) => symbol),
);

/** Whether an annotation of this symbol marks a heart beat. */
export function isBeatSymbol(symbol: string): boolean {
  return beatSymbols.has(symbol);
}

/** The first code that a file may define for itself; the last is 49. */
export const firstCustomCode = 42;
/** The highest code of an annotation type. */
export const lastCode = 49;

/** What stands for a code without a meaning, `[15]` for code 15, as WFDB prints it. */
export function placeholderSymbol(code: number): string {
  return `[${code}]`;
}

function beat(code: number, symbol: string, description: string): WfdbSymbol {
  return { code, symbol, description, isBeat: true };
}

function mark(code: number, symbol: string, description: string): WfdbSymbol {
  return { code, symbol, description, isBeat: false };
}
