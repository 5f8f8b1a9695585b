/* oxlint-disable no-await-in-loop -- pieces come one after another */
import { createTextStream, type TextStream } from './charset.ts';
import { type OnError, type Puller, PullGenerator } from './pull-generator.ts';
import { SourceReader } from './source-reader.ts';

/**
 * The text of octets that come in pieces: characters that are cut in two are joined, and no piece is empty.
 * `return()` is passed on to the source at once.
 *
 * @param charset an encoding or a label of it
 * @throws InvalidArgument for a charset that nobody knows
 */
export function textPieces(
  source: AsyncIterator<Uint8Array>,
  charset: string,
  onError?: OnError,
): AsyncGenerator<string, void, void> {
  return new PullGenerator(new TextPuller(source, createTextStream(charset)), onError);
}

class TextPuller implements Puller<string> {
  readonly #source: SourceReader<Uint8Array>;
  readonly #decoder: TextStream;

  constructor(source: AsyncIterator<Uint8Array>, decoder: TextStream) {
    this.#source = new SourceReader(source);
    this.#decoder = decoder;
  }

  async pull(): Promise<string | null> {
    for (;;) {
      const chunk = await this.#source.read();
      if (chunk === null) return this.#decoder.end() || null;
      const text = this.#decoder.push(chunk);
      if (text !== '') return text;
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
