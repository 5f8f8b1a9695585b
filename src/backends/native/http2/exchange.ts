import type { Exchange, ExchangeSink, WireRequest } from '../../contract.ts';
import type { BodyPlace } from '../body-place.ts';
import type { Driver } from '../driver.ts';
import { ANY_CREDIT, COMMAND, IS_LAST } from '../records.ts';

/** Octets that may wait in the engine before the writer is asked to wait. */
const WRITE_BUFFER = 16_384;
/** Octets of a body that are handed over at once, and those that may be on their way together. */
const SLICE = 262_144;
const WINDOW = 2 * SLICE;
/** Credit is granted in portions of this size, unless the engine waits for it. */
const PORTION = 65_536;

/** What an exchange needs of the connection on which it runs. */
export interface ExchangeOwner {
  readonly driver: Driver;
  readonly id: number;
  /** Commands still reach the connection. */
  readonly isOpen: boolean;
  /** Signs of life that the server has given. */
  readonly heard: number;
  /**
   * The exchange has given up.
   *
   * @param isSilent its time is over, and nothing at all came from the server meanwhile
   */
  abandon(exchange: NativeHTTP2Exchange, isSilent: boolean): void;
}

/** One request and its response: a stream of an HTTP/2 connection on the thread of I/O. */
export class NativeHTTP2Exchange implements Exchange {
  readonly request: WireRequest;
  readonly sink: ExchangeSink;
  /** Whether the connection had carried an exchange before. */
  readonly isReuse: boolean;
  streamId: number | null = null;
  hasHead = false;
  /** Something of the response has come. */
  hasReceived = false;
  /** Signs of life on the connection when the last one for this exchange came. */
  heardBefore: number;
  /** The request has been handed over in full, or will be without more ado. */
  isSent = false;
  /** Nothing more is to be told. */
  isOver = false;
  /** It has failed, which is about to be told. */
  isFailing = false;
  /** Octets of head and body, before compression, that were handed over. */
  bytesWritten = 0;
  /** When octets of the body came last, on the count of the driver. */
  lastData = 0;
  /** Where the body is put together, if its length is known. */
  place: BodyPlace | null = null;
  readonly #owner: ExchangeOwner;
  /** Octets that may be delivered, and those granted of which the engine has not been told. */
  #credit: number;
  #owed = 0;
  /** Octets of body handed over, and those that have left. */
  #written = 0;
  #left = 0;
  /** A body that is handed over slice by slice. */
  #rest: Uint8Array | null = null;

  constructor(owner: ExchangeOwner, request: WireRequest, sink: ExchangeSink, isReuse: boolean) {
    this.request = request;
    this.sink = sink;
    this.isReuse = isReuse;
    this.#owner = owner;
    this.#credit = request.credit;
    this.heardBefore = owner.heard;
  }

  /** @param fields of the request, pseudo-fields included: name, value, name, value */
  start(streamId: number, fields: readonly string[]): void {
    const { driver, id } = this.#owner;
    const { body, fields: own } = this.request;
    this.streamId = streamId;
    for (const field of own) this.bytesWritten += field.length;
    const isEmpty = body === null || body.length === 0;
    const credit = this.#credit === Infinity ? ANY_CREDIT : Math.min(this.#credit, ANY_CREDIT - 1);
    const stream = isEmpty ? streamId + IS_LAST : streamId;
    driver.commandText(COMMAND.stream, id, stream, credit, `${fields.join('\n')}\n`, null);
    if (body === 'stream') return;
    this.isSent = true;
    if (isEmpty) return;
    this.#rest = body;
    this.#feed();
  }

  grant(bytes: number): void {
    if (this.#credit === Infinity) return;
    if (bytes === Infinity) {
      this.#credit = Infinity;
      this.#command(COMMAND.streamGrant, ANY_CREDIT);
      return;
    }
    this.#owed += bytes;
    if (this.#owed >= PORTION || this.#credit <= 0) this.#settle();
  }

  /** So many octets have been delivered. */
  spend(bytes: number): void {
    this.#credit -= bytes;
    if (this.#credit <= 0 && this.#owed > 0) this.#settle();
  }

  write(chunk: Uint8Array): boolean {
    const { driver, id, isOpen } = this.#owner;
    if (!isOpen || this.isOver || this.streamId === null) return false;
    this.#written += chunk.length;
    this.bytesWritten += chunk.length;
    driver.commandBytes(COMMAND.streamData, id, this.streamId, 0, chunk);
    return this.#written - this.#left < WRITE_BUFFER;
  }

  finish(trailers: readonly string[] = []): void {
    this.isSent = true;
    const { driver, id, isOpen } = this.#owner;
    if (!isOpen || this.isOver || this.streamId === null) return;
    if (!this.request.announcesTrailers || trailers.length === 0) {
      driver.command(COMMAND.streamData, id, this.streamId + IS_LAST);
      return;
    }
    let text = '';
    for (let i = 0; i < trailers.length; i += 2)
      text += `${trailers[i]!.toLowerCase()}\n${trailers[i + 1]!}\n`;
    driver.commandText(COMMAND.streamTrailers, id, this.streamId, 0, text, null);
  }

  abort(isOverdue = false): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#command(COMMAND.streamReset, 0);
    this.#owner.abandon(this, isOverdue && this.#owner.heard === this.heardBefore);
  }

  /** So many octets of body have left, in all. */
  onSent(bytes: number): void {
    this.#left = bytes;
    if (this.request.body === 'stream') this.sink.sent(bytes);
    else this.#feed();
  }

  #feed(): void {
    const { driver, id } = this.#owner;
    while (this.#rest !== null && this.#written - this.#left < WINDOW) {
      const slice = this.#rest.subarray(0, SLICE);
      const isLast = slice.length === this.#rest.length;
      this.#rest = isLast ? null : this.#rest.subarray(SLICE);
      this.#written += slice.length;
      this.bytesWritten += slice.length;
      driver.commandBytes(
        COMMAND.streamData,
        id,
        isLast ? this.streamId! + IS_LAST : this.streamId!,
        0,
        slice,
      );
    }
  }

  #settle(): void {
    this.#credit += this.#owed;
    this.#command(COMMAND.streamGrant, this.#owed);
    this.#owed = 0;
  }

  #command(kind: number, word: number): void {
    const { driver, id, isOpen } = this.#owner;
    if (isOpen && this.streamId !== null) driver.command(kind, id, this.streamId, word);
  }
}
