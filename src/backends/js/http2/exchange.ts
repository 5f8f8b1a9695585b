import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Exchange, ExchangeSink, ParserLimits, WireRequest } from '../../contract.ts';
import { receivedFields, requestHeaders, sizeOf, trailerHeaders } from './fields.ts';

/** Pieces that take up less than this part of the memory in which they lie are copied out of it. */
const MIN_SHARE = 4;
/** What Node turns into a reset with CANCEL. */
const GIVEN_UP = AbortSignal.abort();

/** The third argument, the fields as they came, is missing in the types of Node. */
type FieldsListener = (headers: IncomingHttpHeaders, flags: number, raw: string[]) => void;

/** Why an exchange cannot go on. */
export interface StreamFailure {
  /** What Node said, if it did. */
  readonly error: NodeJS.ErrnoException | null;
  /** Error code of the stream (RFC 9113 §7). */
  readonly rstCode: number;
}

/** What an exchange needs of the connection on which it runs. */
export interface ExchangeOwner {
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly limits: ParserLimits;
  /** Pieces of body that the socket has not taken yet. */
  pendingWrites: number;
  /** Signs of life that the server has given. */
  readonly heard: number;
  /** The server has given a sign of life. */
  onHeard(): void;
  /** Nothing more is to come of the exchange, and its sink has not been told yet unless it gave up itself. */
  leave(): void;
  /**
   * Told before {@link leave} of an exchange that is given up.
   *
   * @param isSilent its time is over, and nothing at all came from the server meanwhile
   */
  doubt(isSilent: boolean): void;
  /** Tells the sink that the exchange has failed. */
  fail(exchange: HTTP2Exchange, failure: StreamFailure): void;
  /** The same, for a response that goes too far. */
  refuse(exchange: HTTP2Exchange, reason: string): void;
}

/** One request and its response: a stream of an HTTP/2 connection. */
export class HTTP2Exchange implements Exchange {
  readonly request: WireRequest;
  readonly sink: ExchangeSink;
  /** Whether the connection had carried an exchange before. */
  readonly isReuse: boolean;
  streamId: number | null = null;
  hasHead = false;
  /** Something of the response has come. */
  hasReceived = false;
  /** Signs of life on the connection when the last one for this exchange came. */
  #heardBefore: number;
  /** The request has been handed to the session in full. */
  isSent = false;
  /** Nothing more is to be told. */
  isOver = false;
  /** Octets of head and body, before compression, that were handed to the session. */
  bytesWritten = 0;
  #credit: number;
  #interim = 0;
  #sent = 0;
  #stream: ClientHttp2Stream | null = null;
  /** The server has ended its side. Node also reports an end when a stream is reset without an error. */
  #hasEnded = false;
  /** The server has reset the stream with NO_ERROR, on a connection that lives. */
  #hasStopped = false;
  /** Octets of the body that the head has announced and that have not come; NaN if it announced none. */
  #missing = Number.NaN;
  #error: NodeJS.ErrnoException | null = null;
  #trailers: string[] | null = null;
  #ownTrailers: readonly string[] = [];
  readonly #owner: ExchangeOwner;

  constructor(owner: ExchangeOwner, request: WireRequest, sink: ExchangeSink, isReuse: boolean) {
    this.request = request;
    this.sink = sink;
    this.isReuse = isReuse;
    this.#credit = request.credit;
    this.#owner = owner;
    this.#heardBefore = owner.heard;
  }

  /** @throws what Node says to a request that it does not take */
  start(session: ClientHttp2Session): void {
    const { request } = this;
    const { body } = request;
    const isEmpty = body === null || body.length === 0;
    const headers = requestHeaders(request, this.#owner.scheme, this.#owner.authority);
    const stream = session.request(headers, {
      endStream: isEmpty,
      waitForTrailers: request.announcesTrailers,
    });
    this.#stream = stream;
    this.streamId = stream.id ?? null;
    for (const field of request.fields) this.bytesWritten += field.length;
    this.#listen(stream);
    if (body === 'stream') return;
    this.isSent = true;
    if (isEmpty) return;
    this.bytesWritten += body.length;
    stream.end(body);
  }

  grant(bytes: number): void {
    const wasBlocked = this.#credit <= 0;
    this.#credit += bytes;
    if (wasBlocked && this.#credit > 0 && this.hasHead) this.#stream?.resume();
  }

  write(chunk: Uint8Array): boolean {
    const stream = this.#stream;
    if (stream === null || this.isOver || stream.destroyed || stream.closed) return false;
    this.bytesWritten += chunk.length;
    const size = chunk.length;
    this.#owner.pendingWrites++;
    return stream.write(chunk, (error) => {
      this.#owner.pendingWrites--;
      if (error != null || this.isOver) return;
      this.#sent += size;
      this.sink.sent(this.#sent);
    });
  }

  finish(trailers: readonly string[] = []): void {
    this.isSent = true;
    this.#ownTrailers = trailers;
    this.#stream?.end();
  }

  abort(isOverdue = false): void {
    if (this.isOver) return;
    this.isOver = true;
    this.reset();
    this.#owner.doubt(isOverdue && this.#owner.heard === this.#heardBefore);
    this.#owner.leave();
  }

  /** Ends the stream; the connection lives on. */
  reset(): void {
    const stream = this.#stream;
    // Not `close`: it ends the body first, as if a part of it were the whole.
    if (stream !== null) process.getBuiltinModule('node:stream').addAbortSignal(GIVEN_UP, stream);
  }

  #listen(stream: ClientHttp2Stream): void {
    const onFields = (name: string, listener: FieldsListener): void => void stream.on(name, listener);
    onFields('headers', (headers, _flags, raw) => this.#onInformational(headers, raw));
    onFields('response', (headers, _flags, raw) => this.#onResponse(headers, raw));
    onFields('trailers', (_headers, _flags, raw) => {
      this.#onTrailers(raw);
    });
    stream.on('end', () => this.#onEnd());
    stream.on('error', (error) => {
      this.#error = error;
    });
    stream.on('close', () => this.#onClose());
    if (this.request.announcesTrailers)
      stream.on('wantTrailers', () => stream.sendTrailers(trailerHeaders(this.#ownTrailers)));
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (chunk === null) {
        if (!stream.closed) this.#hasEnded = true;
        else this.#hasStopped = stream.rstCode === 0 && stream.session?.destroyed === false;
      }
      return push(chunk, encoding);
    };
  }

  #onInformational(headers: IncomingHttpHeaders, raw: string[]): void {
    if (this.isOver) return;
    this.#heard();
    const { maxInformational } = this.#owner.limits;
    if (++this.#interim > maxInformational) {
      this.#owner.refuse(this, `more than ${maxInformational} interim responses (parser.maxInformational)`);
      return;
    }
    if (this.#isTooLarge(raw)) return;
    this.sink.informational(Number(headers[':status']), '', receivedFields(raw));
  }

  #onResponse(headers: IncomingHttpHeaders, raw: string[]): void {
    const stream = this.#stream!;
    if (this.isOver) return;
    this.#heard();
    if (this.hasHead) {
      this.#owner.refuse(this, 'a second response on one stream');
      return;
    }
    if (this.#isTooLarge(raw)) return;
    this.hasHead = true;
    const status = Number(headers[':status']);
    if (status < 200) {
      this.#owner.refuse(this, `the status ${status} ends the response`);
      return;
    }
    this.#missing = announcedLength(raw);
    this.sink.head(status, '', receivedFields(raw), '2');
    // Not earlier: what has come together with the head must not overtake it.
    stream.on('data', (chunk: Buffer) => this.#onData(chunk));
  }

  #onTrailers(raw: string[]): void {
    if (this.isOver) return;
    const { maxTrailerBytes } = this.#owner.limits;
    if (sizeOf(raw) > maxTrailerBytes)
      this.#owner.refuse(this, `trailers of more than ${maxTrailerBytes} bytes (parser.maxTrailerBytes)`);
    else this.#trailers = receivedFields(raw);
  }

  /** Refuses a head that is. Node compares only the number of fields with our settings. */
  #isTooLarge(raw: string[]): boolean {
    const { maxHeadBytes } = this.#owner.limits;
    if (sizeOf(raw) <= maxHeadBytes) return false;
    this.#owner.refuse(this, `a head of more than ${maxHeadBytes} bytes (parser.maxHeadBytes)`);
    return true;
  }

  #onData(chunk: Buffer): void {
    if (this.isOver) return;
    this.#heard();
    this.#credit -= chunk.length;
    this.#missing -= chunk.length;
    this.sink.data(owned(chunk));
    if (!this.isOver && this.#credit <= 0) this.#stream!.pause();
  }

  #onEnd(): void {
    if (this.isOver || !this.#hasEnded || !this.hasHead) return;
    this.isOver = true;
    // A server that has answered needs no more of the request (RFC 9113 §8.1).
    if (!this.#stream!.writableFinished) this.reset();
    this.#owner.leave();
    this.sink.end(this.#trailers);
  }

  #onClose(): void {
    if (this.isOver) return;
    const stream = this.#stream!;
    // Servers on Node end a stream with NO_ERROR instead of END_STREAM if the last octet fills the window.
    if (this.#hasStopped && stream.readableLength === this.#missing) this.#hasEnded = true;
    if (this.#hasEnded && this.hasHead && this.#error === null && stream.rstCode === 0) {
      // The connection went after the response was complete; a reader that takes its time still gets it.
      for (let chunk: Buffer | null = stream.read(); chunk !== null; chunk = stream.read()) {
        this.#onData(chunk);
        if (this.isOver) return;
      }
      this.#onEnd();
      return;
    }
    this.#owner.fail(this, { error: this.#error, rstCode: stream.rstCode ?? 0 });
  }

  #heard(): void {
    this.hasReceived = true;
    this.#owner.onHeard();
    this.#heardBefore = this.#owner.heard;
  }
}

/** A piece that does not keep much more memory alive than its own. */
function owned(chunk: Buffer): Uint8Array {
  return chunk.length * MIN_SHARE < chunk.buffer.byteLength ? new Uint8Array(chunk) : chunk;
}

function announcedLength(raw: readonly string[]): number {
  for (let i = 0; i < raw.length; i += 2) {
    const value = raw[i + 1]!;
    if (raw[i] === 'content-length') return String(Number(value)) === value ? Number(value) : Number.NaN;
  }
  return Number.NaN;
}
