/* oxlint-disable no-await-in-loop -- pieces come one after another */
import type { LineSplitter } from './lines.ts';
import { type OnError, type Puller, PullGenerator } from './pull-generator.ts';
import { SourceReader } from './source-reader.ts';

const NO_LINES: readonly string[] = [];

/** The lines of a text that comes in pieces, each as soon as its end has come. `return()` is passed on at once. */
export function textLines(
  source: AsyncIterator<string>,
  splitter: LineSplitter,
  onError?: OnError,
): AsyncGenerator<string, void, void> {
  return new PullGenerator(new LinePuller(source, splitter), onError);
}

class LinePuller implements Puller<string> {
  readonly #source: SourceReader<string>;
  readonly #splitter: LineSplitter;
  /** Lines that are there already, and how many of them have been given. */
  #lines: readonly string[] = NO_LINES;
  #given = 0;

  constructor(source: AsyncIterator<string>, splitter: LineSplitter) {
    this.#source = new SourceReader(source);
    this.#splitter = splitter;
  }

  pull(): Promise<string | null> | string {
    // A piece has many short lines, which should not cost a promise each.
    return this.#given < this.#lines.length ? this.#lines[this.#given++]! : this.#read();
  }

  close(): Promise<void> {
    this.#lines = NO_LINES;
    return this.#source.close();
  }

  async #read(): Promise<string | null> {
    for (;;) {
      const piece = await this.#source.read();
      this.#lines = piece === null ? this.#splitter.end() : this.#splitter.push(piece);
      this.#given = 0;
      if (this.#lines.length > 0) return this.#lines[this.#given++]!;
      if (piece === null) return null;
    }
  }
}
