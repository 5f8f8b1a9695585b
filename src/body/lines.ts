import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type Fail, failWithoutRequest } from './fail.ts';

/** What ends a line: LF, CRLF or CR; or LF alone, and a CR before it then belongs to the line. */
export type LineSeparators = 'lf' | 'universal';

/** Limits of a {@link LineSplitter}. */
export interface LineSplitterOptions {
  /** Longest line in UTF-16 code units, default 64 Mi; `Infinity` for no limit. */
  readonly maxLineLength?: number;
  /** Makes the error for a line that is too long. */
  readonly fail?: Fail;
}

const DEFAULT_MAX_LINE_LENGTH = 64 * 1024 * 1024;

const LF = 0x0a;

/**
 * Splits text that comes in pieces into lines, without their ends. A line is given as soon as its end is seen:
 * after a CR at the end of a piece nothing is waited for, a LF at the beginning of the next one belongs to it.
 * Blank lines are kept; after a final line end there is no further line. Other separators of Unicode are content:
 * text protocols and JSON have them inside lines.
 */
export class LineSplitter {
  readonly #isUniversal: boolean;
  readonly #maxLineLength: number;
  readonly #fail: Fail;
  /** The line that has begun. */
  #open = '';
  /** The last piece ended with a CR. */
  #afterCR = false;

  constructor(separators: LineSeparators = 'universal', options: LineSplitterOptions = {}) {
    if (separators !== 'universal' && separators !== 'lf') {
      throw new InvalidArgument(`'separators' is ${String(separators)}; pass 'universal' or 'lf'.`);
    }
    const { maxLineLength = DEFAULT_MAX_LINE_LENGTH, fail = failWithoutRequest } = options;
    if (!(maxLineLength >= 1)) {
      throw new InvalidArgument(
        `'maxLineLength' is ${String(maxLineLength)}; pass a number from 1 on, or Infinity.`,
      );
    }
    this.#isUniversal = separators === 'universal';
    this.#maxLineLength = maxLineLength;
    this.#fail = fail;
  }

  /**
   * The lines that end in this piece.
   *
   * @throws what `fail` makes, with `ERR_CONTENT_LIMIT`, if a line is too long, complete or not
   */
  push(text: string): string[] {
    const lines: string[] = [];
    if (text === '') return lines;
    let start = this.#afterCR && text.charCodeAt(0) === LF ? 1 : 0;
    this.#afterCR = false;
    let lf = text.indexOf('\n', start);
    let cr = this.#isUniversal ? text.indexOf('\r', start) : -1;
    while (lf !== -1 || cr !== -1) {
      const isCR = cr !== -1 && (lf === -1 || cr < lf);
      const end = isCR ? cr : lf;
      lines.push(this.#complete(text.slice(start, end)));
      start = end + 1;
      if (isCR) {
        if (start === text.length) this.#afterCR = true;
        else if (lf === start) start++;
        cr = text.indexOf('\r', start);
      }
      if (lf !== -1 && lf < start) lf = text.indexOf('\n', start);
    }
    if (start < text.length) {
      this.#checkLength(text.length - start);
      this.#open += start === 0 ? text : text.slice(start);
    }
    return lines;
  }

  /** The last line, if it has no end. */
  end(): string[] {
    const line = this.#open;
    this.#open = '';
    this.#afterCR = false;
    return line === '' ? [] : [line];
  }

  #complete(tail: string): string {
    this.#checkLength(tail.length);
    const line = this.#open + tail;
    this.#open = '';
    return line;
  }

  #checkLength(more: number): void {
    if (this.#open.length + more <= this.#maxLineLength) return;
    throw this.#fail(
      `a line is longer than the limit 'maxLineLength' of ${this.#maxLineLength} characters`,
      'ERR_CONTENT_LIMIT',
    );
  }
}
