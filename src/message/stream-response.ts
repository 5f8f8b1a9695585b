import type { Duplex, Readable, Writable } from 'node:stream';
import type { ReadableStream, WritableStream } from 'node:stream/web';
import { decodeBuffer } from '../body/decode-buffer.ts';
import { decodeStream } from '../body/decode-stream.ts';
import { jsonLines } from '../body/json-lines.ts';
import { LineSplitter } from '../body/lines.ts';
import type { OnError } from '../body/pull-generator.ts';
import { checkSize, rechunk, rechunkText } from '../body/rechunk.ts';
import { textLines } from '../body/text-lines.ts';
import { textPieces } from '../body/text-pieces.ts';
import { addCallerStack } from '../errors/caller-stack.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { Headers } from '../models/headers.ts';
import { type BodySource, bytesSource, iteratedSource } from './body-source.ts';
import { EventStream, type EventStreamOptions, resolveEventStreamOptions } from './event-stream.ts';
import { pipeToFile, pipeToStream } from './pipe.ts';
import type { Request } from './request.ts';
import { type ResponseContext, ResponseHead } from './response-head.ts';
import { checkEventResponse, ResponseEvents } from './response-events.ts';
import { refuseUnread } from './refuse-unread.ts';
import { Response } from './response.ts';
import { answerContext, codingsOf, type StreamResponseInit, streamParts } from './stream-parts.ts';
import { StreamedBody } from './streamed-body.ts';
import { checkFetchStatus, hasNullBody, toFetchResponse } from './to-fetch.ts';

/**
 * A response of which the head has been received. Its content can be taken once: by one of the iterators, as a
 * stream, or whole by {@link read}. Until then it occupies a connection: read it, or {@link cancel} it, or bind it
 * with `await using`, which cancels it at the end of the block.
 *
 * @example
 * ```ts
 * import { StreamResponse } from 'ternhttp';
 *
 * const response = new StreamResponse(200, { body: ['one\ntw', 'o\n'] });
 * for await (const line of response.iterLines()) console.log(line); // 'one', then 'two'
 * ```
 */
export class StreamResponse extends ResponseHead implements AsyncIterable<Uint8Array>, AsyncDisposable {
  static {
    refuseUnread(StreamResponse.prototype, (response) => (response as StreamResponse).label);
  }

  readonly #body: StreamedBody;
  #reading: Promise<Response> | null = null;
  /** The read form, once it is there. */
  #response: Response | null = null;
  #webStream: ReadableStream<Uint8Array> | null = null;
  #isTextTaken = false;

  /** @throws InvalidArgument for an init that makes no response */
  constructor(
    status: number,
    init?: StreamResponseInit | null,
    received?: { context: ResponseContext; source: BodySource },
  ) {
    const made = received ?? assemble(status, init ?? {});
    super(made.context);
    this.#body = new StreamedBody(made.source, this);
  }

  /**
   * A read response in the form that transports give. The bytes of one that was made by hand are taken as octets of
   * the wire; those of one that was received have been decoded already.
   *
   * @internal
   */
  static fromResponse(response: Response, request: Request): StreamResponse {
    const source = bytesSource(response.bytes, response.trailers.wire);
    return new StreamResponse(response.status, null, { context: answerContext(response, request), source });
  }

  /** Octets of the body that have been received, before content codings are undone. */
  get bytesReceived(): number {
    return this.#body.bytesReceived;
  }

  /** Fields that came after the body (RFC 9110 §6.5); empty until its end has been read. */
  get trailers(): Headers {
    return Headers.fromWire(this.#body.trailers ?? [], false, this.context.request?.redaction);
  }

  /** Whether nothing more is to come: the content has been received in full, or given up, or it broke off. */
  get isClosed(): boolean {
    return this.#body.isClosed;
  }

  /** Receives the rest of the content and gives the response in its read form. May be called again. */
  read(): Promise<Response> {
    return (this.#reading ??= this.#readAll());
  }

  /**
   * The octets as they come over the wire, content codings applied.
   *
   * @param size exact size of all pieces but the last; without it pieces come as they arrive
   */
  iterRaw(size?: number): AsyncGenerator<Uint8Array, void, void> {
    if (size !== undefined) checkSize(size);
    this.#body.take("'iterRaw()'");
    return size === undefined
      ? this.#body.pieces(addCallerStack)
      : rechunk(this.#body.pieces(), size, addCallerStack);
  }

  /**
   * The content, content codings undone. Works again after {@link read}, from memory.
   *
   * @param size exact size of all pieces but the last; without it pieces come as they arrive
   */
  iterBytes(size?: number): AsyncGenerator<Uint8Array, void, void> {
    if (size !== undefined) checkSize(size);
    return size === undefined
      ? this.#content("'iterBytes()'", addCallerStack)
      : rechunk(this.#content("'iterBytes()'"), size, addCallerStack);
  }

  /**
   * The content as text; sequences that are split between pieces are joined.
   *
   * @param size exact number of characters (Unicode code points) of all pieces but the last
   */
  iterText(size?: number): AsyncGenerator<string, void, void> {
    if (size !== undefined) checkSize(size);
    return size === undefined
      ? this.#text("'iterText()'", addCallerStack)
      : rechunkText(this.#text("'iterText()'"), size, addCallerStack);
  }

  /** The lines of the content without their ends: LF, CRLF and CR (`universal`), or LF and CRLF alone (`lf`). */
  iterLines(options: { readonly separators?: 'lf' | 'universal' } = {}): AsyncGenerator<string, void, void> {
    const splitter = new LineSplitter(options.separators ?? 'universal', { fail: this.fail });
    return textLines(this.#text("'iterLines()'"), splitter, addCallerStack);
  }

  /**
   * One value for each line of JSON (NDJSON, JSON Lines); blank lines are skipped.
   *
   * @throws DecodingError (`ERR_INVALID_JSON`) that names the line
   */
  iterJSONLines<T = unknown>(): AsyncGenerator<T, void, void> {
    const lines = textLines(this.#text("'iterJSONLines()'"), new LineSplitter('lf', { fail: this.fail }));
    return jsonLines(lines, this.fail, addCallerStack) as AsyncGenerator<T, void, void>;
  }

  /**
   * The content as server-sent events. This is for one response; `client.sse()` opens the stream again when it breaks.
   *
   * @throws EventStreamError if the content is of another type, or when something in it is too long
   */
  events(options: EventStreamOptions = {}): EventStream {
    const settings = resolveEventStreamOptions(options);
    checkEventResponse(this, settings.anyContentType);
    return new EventStream(new ResponseEvents(this, this.#content("'events()'"), settings), addCallerStack);
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    return this.iterBytes();
  }

  /** The content as a web stream, the same one each time; cancelling it cancels the response. */
  get body(): ReadableStream<Uint8Array> {
    return this.#stream("'body'");
  }

  /** The content as a Node stream; destroying it cancels the response. */
  toNodeReadable(): Readable {
    const { Readable } = process.getBuiltinModule('node:stream');
    return Readable.from(this.#content("'toNodeReadable()'"), { objectMode: false });
  }

  /**
   * Writes the content to a file or stream and waits until it is there. A file appears under its name only when it
   * is complete.
   *
   * @returns the number of octets written
   */
  async pipeTo(target: URL | Writable | WritableStream<Uint8Array> | string): Promise<number> {
    const content = this.#content("'pipeTo()'");
    try {
      return typeof target === 'string' || target instanceof URL
        ? await pipeToFile(content, target)
        : await pipeToStream(content, target);
    } catch (error) {
      addCallerStack(error);
      throw error;
    } finally {
      // Also when the target failed before it had asked for anything.
      await content.return();
    }
  }

  /** Calls back when the content has ended or been given up; at once if it has already. @internal */
  onceClosed(callback: () => void): void {
    this.#body.onceClosed(callback);
  }

  /** Gives the rest of the content up. The connection is closed unless the content had been received in full. */
  cancel(reason?: unknown): Promise<void> {
    this.#body.cancel(reason);
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cancel();
  }

  /**
   * The connection as a duplex stream, after 101 (Switching Protocols) or a CONNECT that succeeded (RFC 9110 §7.8).
   * What the server sent right behind its response is the first data. It is closed when the response is cancelled.
   * Each side ends for itself: end or destroy the stream when the server has ended its own.
   *
   * @throws InvalidArgument if the response did not switch protocols
   */
  upgrade(): Duplex {
    const isSwitched = this.status === 101 || (this.context.request?.method === 'CONNECT' && this.isSuccess);
    if (!isSwitched || !this.#body.canUpgrade) {
      throw new InvalidArgument(
        `There is no upgraded connection: ${this.label} has the status ${this.status}.`,
      );
    }
    this.#body.take("'upgrade()'");
    return this.#body.upgrade();
  }

  /**
   * The response as one of the platform; its body is the stream of this one.
   *
   * @throws InvalidArgument for a status outside 200–599, which the platform's Response does not take
   * @throws StreamConsumed if the content has been taken already
   */
  toFetch(): globalThis.Response {
    checkFetchStatus(this.status);
    if (this.#response !== null) return this.#response.toFetch();
    if (hasNullBody(this.status)) {
      this.#body.take("'toFetch()'");
      this.#body.cancel();
      return toFetchResponse(this, null);
    }
    const body = this.#stream("'toFetch()'");
    const { Readable } = process.getBuiltinModule('node:stream');
    // The declaration knows of Node streams only; the function looks at those of the web too.
    if (body.locked || Readable.isDisturbed(body as unknown as Readable)) {
      throw new StreamConsumed(`'toFetch()' cannot be used: the body of ${this.label} is being read.`);
    }
    return toFetchResponse(this, body);
  }

  override toString(): string {
    return this.describe('StreamResponse');
  }

  get encoding(): string | undefined {
    if (this.#response !== null) return this.#response.encoding;
    const { defaultEncoding } = this.context;
    return this.declaredEncoding ?? (typeof defaultEncoding === 'string' ? defaultEncoding : undefined);
  }

  /** Must be set before text is read. */
  set encoding(label: string) {
    if (this.#response !== null) this.#response.encoding = label;
    else this.setEncoding(label, this.#isTextTaken);
  }

  async #readAll(): Promise<Response> {
    const { context, fail } = this;
    const body = this.#body;
    body.take("'read()'");
    let hasEnded = false;
    try {
      const all = body.all(context.decode.maxBytes, fail);
      const raw = all instanceof Uint8Array ? all : await all;
      body.checkOpen();
      hasEnded = true;
      const decoded = decodeBuffer(raw, codingsOf(context), context.decode, fail);
      const bytes = decoded instanceof Uint8Array ? decoded : await decoded;
      const { bytesReceived, trailers } = body;
      return (this.#response = new Response(context.status, null, {
        context,
        bytes,
        bytesReceived,
        trailers,
      }));
    } catch (error) {
      addCallerStack(error);
      throw error;
    } finally {
      body.release(hasEnded);
    }
  }

  #content(what: string, onError?: OnError): AsyncGenerator<Uint8Array, void, void> {
    if (this.#response !== null) return replay(this.#response.bytes);
    this.#body.take(what);
    const { decode } = this.context;
    const codings = codingsOf(this.context);
    return codings.length === 0 && decode.maxBytes === Infinity
      ? this.#body.pieces(onError)
      : decodeStream(this.#body.pieces(), codings, decode, this.fail, onError);
  }

  #stream(what: string): ReadableStream<Uint8Array> {
    return (this.#webStream ??= webStreamOf(this.#content(what)));
  }

  #text(what: string, onError?: OnError): AsyncGenerator<string, void, void> {
    const content = this.#content(what);
    this.#isTextTaken = true;
    // A default that looks at the content cannot before it is read: there is only a part of it yet.
    return textPieces(content, this.encoding ?? 'utf-8', onError);
  }
}

async function* replay(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  if (bytes.length > 0) yield bytes;
}

function webStreamOf(content: AsyncGenerator<Uint8Array, void, void>): ReadableStream<Uint8Array> {
  return new globalThis.ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await content.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await content.return();
      },
    },
    { highWaterMark: 0 },
  );
}

function assemble(
  status: number,
  init: StreamResponseInit,
): { readonly context: ResponseContext; readonly source: BodySource } {
  const { context, content, trailers } = streamParts('StreamResponse', status, init);
  const source =
    content === null ? bytesSource(new Uint8Array(0), trailers) : iteratedSource(content, trailers);
  return { context, source };
}
