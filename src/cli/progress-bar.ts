import type { Palette } from './colours.ts';
import { formatDuration, formatSize } from './format-size.ts';
import type { Output } from './io.ts';

/** How far a transfer has come. */
export interface TransferState {
  readonly label: string;
  readonly transferred: number;
  /** Null if it is not known. */
  readonly total: number | null;
  readonly elapsedMs: number;
}

/** Milliseconds between two pictures. */
const INTERVAL = 100;
const CLEAR = '\r\u001B[K';

/** Shows on a terminal how far a transfer has come, in one line that is written over again and again. */
export class ProgressBar {
  readonly #label: string;
  readonly #output: Output;
  readonly #palette: Palette;
  readonly #started = performance.now();
  #drawn = 0;

  constructor(label: string, output: Output, palette: Palette) {
    this.#label = label;
    this.#output = output;
    this.#palette = palette;
  }

  update(transferred: number, total: number | null): void {
    const now = performance.now();
    const isEnd = transferred === total;
    if (this.#drawn !== 0 && now - this.#drawn < INTERVAL && !isEnd) return;
    this.#drawn = now;
    const state = { label: this.#label, transferred, total, elapsedMs: now - this.#started };
    // A picture that cannot be written is no reason to stop the transfer.
    void this.#output.write(`\r${renderProgress(state, this.#output.columns, this.#palette)}\u001B[K`);
  }

  /** Takes the line away. */
  async clear(): Promise<void> {
    if (this.#drawn !== 0) await this.#output.write(CLEAR);
  }
}

/** One line: label, bar, share, size, speed and the time that is left; without a total, what is known. */
export function renderProgress(state: TransferState, columns: number, palette: Palette): string {
  const { label, transferred, total, elapsedMs } = state;
  const speed = elapsedMs > 0 ? transferred / (elapsedMs / 1000) : 0;
  const rate = `${formatSize(Math.round(speed))}/s`;
  if (total === null || total === 0) {
    return fit(`${label}  ${formatSize(transferred)}  ${rate}`, columns);
  }
  const share = Math.min(1, transferred / total);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const left = speed > 0 ? formatDuration(((total - transferred) / speed) * 1000) : '';
  const facts = `${percent}  ${formatSize(transferred)} of ${formatSize(total)}  ${rate}  ${left}`.trimEnd();
  // A line that is too long would wrap and could not be written over; the last column may wrap already.
  const room = columns - 1 - facts.length - 2;
  const shown = label.length <= room ? label : '';
  const width = Math.min(40, room - (shown === '' ? 0 : shown.length + 2));
  if (width < 5) return fit(shown === '' ? facts : `${shown}  ${facts}`, columns);
  const full = Math.floor(share * width);
  const bar = palette.green('━'.repeat(full)) + palette.dim('─'.repeat(width - full));
  return `${shown === '' ? '' : `${shown}  `}${bar}  ${facts}`;
}

function fit(text: string, columns: number): string {
  return text.slice(0, Math.max(0, columns - 1));
}
