import type { Exchange, ExchangeSink, WireRequest } from '../contract.ts';
import { serializeEnd, serializeHead, serializeSmallChunk } from '../js/http1/serializer.ts';
import type { CommandPort } from './command-port.ts';
import { ANY_CREDIT, COMMAND, REQUEST } from './records.ts';

/** Up to this size a copy into one piece is cheaper than three commands. */
const SMALL = 16_384;
/** Octets that may wait in the engine before the writer is asked to wait. */
const WRITE_BUFFER = 65_536;
/** Octets of a body that are handed over at once, and those that may be on their way together. */
const SLICE = 262_144;
const WINDOW = 2 * SLICE;
/** Credit is granted in portions of this size, unless the engine waits for it. */
const PORTION = 131_072;

/** What an exchange needs of the connection on which it runs. */
export interface ExchangeOwner {
  readonly driver: CommandPort;
  readonly id: number;
  /** Commands still reach the connection. */
  readonly isOpen: boolean;
  abandon(exchange: NativeExchange): void;
}

/** One request and its response on a connection of the thread of I/O. */
export class NativeExchange implements Exchange {
  readonly request: WireRequest;
  readonly sink: ExchangeSink;
  /** Whether the connection had carried an exchange before. */
  readonly isReuse: boolean;
  hasHead = false;
  /** The request has been handed over in full, or will be without more ado. */
  isSent = false;
  /** The connection has left HTTP: what is written goes out as it is. */
  isTunnel = false;
  /** Octets handed over, framing included: all of them may have reached the peer. */
  bytesWritten = 0;
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
  }

  /** @param flags of the request, without those about its body */
  start(flags: number): void {
    const { method, target, fields, body, framing } = this.request;
    let head = serializeHead(method, target, fields);
    if (body === 'stream') {
      this.#begin(flags | REQUEST.isStream, head, null);
      return;
    }
    this.isSent = true;
    // A chunked body that is empty still has an end (RFC 9112 §7.1).
    if (body === null || body.length === 0) {
      if (framing === 'chunked') head += serializeEnd();
      this.#begin(flags, head, null);
    } else if (body.length <= SLICE) {
      this.#begin(flags, head, body);
    } else {
      this.#begin(flags | REQUEST.isPartial, head, null);
      this.#rest = body;
      this.#feed();
    }
  }

  grant(bytes: number): void {
    if (this.#credit === Infinity) return;
    if (bytes === Infinity) {
      this.#credit = Infinity;
      this.#command(COMMAND.grant, ANY_CREDIT);
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
    if (!isOpen) return false;
    const { length } = chunk;
    this.#written += length;
    this.bytesWritten += length;
    if (this.request.framing !== 'chunked' || this.isTunnel) {
      driver.commandBytes(COMMAND.write, id, length, 0, chunk);
    } else if (length <= SMALL) {
      const bytes = serializeSmallChunk(chunk);
      this.bytesWritten += bytes.length - length;
      driver.commandBytes(COMMAND.write, id, length, 0, bytes);
    } else {
      const line = `${length.toString(16)}\r\n`;
      this.bytesWritten += line.length + 2;
      driver.commandText(COMMAND.write, id, 0, 0, line, null);
      driver.commandBytes(COMMAND.write, id, length, 0, chunk);
      driver.commandText(COMMAND.write, id, 0, 0, '\r\n', null);
    }
    return this.#written - this.#left < WRITE_BUFFER;
  }

  finish(trailers?: readonly string[]): void {
    this.isSent = true;
    const isFramed = this.request.framing === 'chunked' && !this.isTunnel;
    const { driver, id, isOpen } = this.#owner;
    if (isOpen) driver.commandText(COMMAND.finish, id, 0, 0, isFramed ? serializeEnd(trailers) : '', null);
  }

  abort(): void {
    this.#owner.abandon(this);
  }

  /** So many octets of body have left, in all. */
  onSent(bytes: number): void {
    this.#left = bytes;
    if (this.request.body === 'stream' || this.isTunnel) this.sink.sent(bytes);
    else this.#feed();
  }

  #begin(flags: number, head: string, body: Uint8Array | null): void {
    const { driver, id } = this.#owner;
    this.bytesWritten = head.length + (body === null ? 0 : body.length);
    const credit = this.#credit === Infinity ? ANY_CREDIT : Math.min(this.#credit, ANY_CREDIT - 1);
    driver.commandText(COMMAND.exchange, id, flags, credit, head, body);
  }

  #feed(): void {
    const { driver, id } = this.#owner;
    while (this.#rest !== null && this.#written - this.#left < WINDOW) {
      const slice = this.#rest.subarray(0, SLICE);
      this.#rest = slice.length === this.#rest.length ? null : this.#rest.subarray(SLICE);
      this.#written += slice.length;
      this.bytesWritten += slice.length;
      driver.commandBytes(COMMAND.write, id, slice.length, 0, slice);
      if (this.#rest === null) this.#command(COMMAND.finish, 0);
    }
  }

  #settle(): void {
    this.#credit += this.#owed;
    this.#command(COMMAND.grant, this.#owed);
    this.#owed = 0;
  }

  #command(kind: number, word: number): void {
    const { driver, id, isOpen } = this.#owner;
    if (isOpen) driver.command(kind, id, word);
  }
}
