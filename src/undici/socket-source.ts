import type { Duplex } from 'node:stream';
import { octetsOf } from '../body/zlib.ts';
import { RemoteProtocolError } from '../errors/remote-protocol-error.ts';
import { type BodySource, collectSource } from '../message/body-source.ts';
import type { Request } from '../message/request.ts';
import { keepWhenDropped } from '../transport/dropped-responses.ts';

const NO_TRAILERS: readonly string[] = Object.freeze([]);

/**
 * The body of a response whose connection undici has handed over. If it switched protocols it has no content, so who
 * reads it does not want the connection; who wants it takes the socket.
 */
export class SocketSource implements BodySource {
  bytesReceived = 0;
  readonly trailers: readonly string[] = NO_TRAILERS;
  readonly #socket: Duplex;
  readonly #length: number;
  readonly #request: Request;
  #chunks: AsyncIterator<Buffer> | null = null;

  /** @param length octets of content after which the connection is closed; null: it switched protocols */
  constructor(socket: Duplex, length: number | null, request: Request) {
    this.#socket = socket;
    this.#request = request;
    this.#length = length ?? 0;
    if (length === 0) socket.destroy();
  }

  async next(): Promise<Uint8Array | null> {
    const left = this.#length - this.bytesReceived;
    if (left <= 0) {
      this.cancel();
      return null;
    }
    this.#chunks ??= this.#socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const { done, value } = await this.#chunks.next();
    if (done === true) throw this.#truncated();
    const chunk = octetsOf(value.length > left ? value.subarray(0, left) : value);
    this.bytesReceived += chunk.length;
    if (this.bytesReceived === this.#length) this.#socket.destroy();
    return chunk;
  }

  all(): Promise<Uint8Array> {
    return collectSource(this);
  }

  cancel(): void {
    this.#socket.destroy();
  }

  upgrade(): Duplex {
    // From now on the socket keeps the connection, as any other does.
    keepWhenDropped(this);
    return this.#socket;
  }

  #truncated(): RemoteProtocolError {
    return new RemoteProtocolError({
      reason: `the connection ended after ${this.bytesReceived} of ${this.#length} bytes of the body`,
      request: this.#request,
    });
  }
}
