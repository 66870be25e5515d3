import { formatCount, formatDuration, formatRate } from "./format-quantity.ts";
import type { TextSink } from "./text-sink.ts";

export interface ProgressTask {
  /** What is being done: `Downloading mitdb`. */
  readonly label: string;
  /** How much there is to do; absent where nobody knows. */
  readonly total?: number;
  /** What is counted: `bytes` is shown as kB, MB, GB; any other word as it is. */
  readonly unit: string;
}

export interface RunningTask {
  /** `done` of the total is done; `detail` stands at the end of the line. */
  update(done: number, detail?: string): void;
  /** Ends the task with a line that stays; `detail` stands at its end. */
  end(detail?: string): void;
}

/** Progress on stderr: one bar at a time on a terminal, a plain line every few seconds elsewhere. */
export interface Progress {
  begin(task: ProgressTask): RunningTask;
  /** Prints a line, above the bar if there is one. */
  note(message: string): void;
  /** Removes the bar, if there is one. */
  clear(): void;
}

export interface ProgressOptions {
  readonly stderr: TextSink;
  /** Draw a bar that moves. */
  readonly isTty: boolean;
  readonly colour: boolean;
  readonly columns: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** A bar is drawn again after this many milliseconds at the earliest, a plain line printed again. */
const BAR_INTERVAL = 100;
const LINE_INTERVAL = 5000;
/** Before this, a rate says nothing. */
const SETTLING_SECONDS = 0.25;
/** `  12.1 of 93.9 MB  13 %  2.4 MB/s  1 min 34 s left`, and the space before it. */
const ROOM_FOR_NUMBERS = 50;
const ERASE_LINE = "\r\u001B[2K";

export function createProgress({ stderr, isTty, colour, columns, now }: ProgressOptions): Progress {
  let shown = "";
  const clear = () => {
    if (shown !== "") stderr.write(ERASE_LINE);
    shown = "";
  };
  const draw = (line: string) => {
    if (line === shown) return;
    stderr.write(ERASE_LINE + line);
    shown = line;
  };

  return {
    clear,
    note: (message) => {
      const bar = shown;
      clear();
      stderr.write(`${message}\n`);
      if (bar !== "") draw(bar);
    },
    begin: (task) => {
      const started = now();
      const interval = isTty ? BAR_INTERVAL : LINE_INTERVAL;
      let drawn = isTty ? -Infinity : started;
      let last = 0;
      return {
        update: (done, detail) => {
          last = done;
          const time = now();
          if (time - drawn < interval) return;
          drawn = time;
          const state = { task, done, seconds: (time - started) / 1000, detail };
          if (isTty) draw(progressBar(state, { columns, colour }));
          else stderr.write(`${progressLine(state)}\n`);
        },
        end: (detail) => {
          clear();
          const seconds = (now() - started) / 1000;
          const amount = `${formatCount(last, task.unit)} in ${formatDuration(seconds)}`;
          stderr.write(`${[task.label, amount, detail].filter((part) => part !== undefined).join("  ")}\n`);
        },
      };
    },
  };
}

interface TaskState {
  readonly task: ProgressTask;
  readonly done: number;
  readonly seconds: number;
  readonly detail: string | undefined;
}

/** `Downloading mitdb  12.1 MB of 93.9 MB  13 %  2.4 MB/s  34 s left  118.dat` */
function progressLine(state: TaskState): string {
  return [state.task.label, ...progressParts(state)].join("  ");
}

/** The same with a bar after the label, cut to the terminal's width. */
function progressBar(state: TaskState, { columns, colour }: { columns: number; colour: boolean }): string {
  const { task, done } = state;
  const parts = progressParts(state).join("  ");
  if (task.total === undefined) return [...`${task.label}  ${parts}`].slice(0, columns - 1).join("");
  // The same for a task from its begin to its end, or the bar would jump.
  const width = Math.min(24, columns - [...task.label].length - ROOM_FOR_NUMBERS);
  const filled = Math.round(Math.max(0, width) * share(done, task.total));
  const bar = width < 6 ? "" : `${"█".repeat(filled)}${"░".repeat(width - filled)}  `;
  const text = [...`${task.label}  ${bar}${parts}`].slice(0, columns - 1).join("");
  return colour ? text.replace(/[█░]+/, (cells) => `\u001B[36m${cells}\u001B[0m`) : text;
}

function progressParts({ task, done, seconds, detail }: TaskState): string[] {
  const { total, unit } = task;
  const rate = seconds >= SETTLING_SECONDS ? done / seconds : 0;
  const parts = [total === undefined ? formatCount(done, unit) : formatCount(done, unit, total)];
  if (total !== undefined) parts.push(`${Math.floor(100 * share(done, total))} %`);
  if (rate > 0) parts.push(formatRate(rate, unit));
  if (rate > 0 && total !== undefined && done < total) parts.push(`${formatDuration((total - done) / rate)} left`);
  if (detail !== undefined) parts.push(detail);
  return parts;
}

function share(done: number, total: number): number {
  return total > 0 ? Math.min(1, done / total) : 1;
}
