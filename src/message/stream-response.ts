import type { Duplex, Readable, Writable } from 'node:stream';
import type { ReadableStream, WritableStream } from 'node:stream/web';
import { createTextStream, resolveCharset } from '../body/charset.ts';
import { contentCodings } from '../body/content-coding.ts';
import { type ContentInit, encodeContent } from '../body/content.ts';
import { decodeBuffer } from '../body/decode-buffer.ts';
import { decodeStream } from '../body/decode-stream.ts';
import { LineSplitter } from '../body/lines.ts';
import { jsonLines } from '../body/parse-json.ts';
import { rechunk, rechunkText } from '../body/rechunk.ts';
import { bytesBody } from '../body/request-body.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { Headers, type HeadersInit } from '../models/headers.ts';
import { reasonPhrase } from '../models/status.ts';
import { type BodySource, bytesSource, iteratedSource, notifyingSource } from './body-source.ts';
import { pipeToFile, pipeToStream } from './pipe.ts';
import type { Request } from './request.ts';
import { type HTTPVersion, newContext, type ResponseContext, ResponseHead } from './response-head.ts';
import { Response } from './response.ts';
import { toFetchResponse } from './to-fetch.ts';

/** What a streamed response made by hand consists of. */
export interface StreamResponseInit {
  readonly headers?: HeadersInit;
  readonly statusText?: string;
  readonly httpVersion?: HTTPVersion;
  readonly request?: Request;
  /** Octets of the wire: with the content codings that the headers name still applied. */
  readonly body?: ContentInit | null;
  readonly trailers?: HeadersInit;
}

type State = 'closed' | 'consumed' | 'open' | 'read';

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
  #source: BodySource;
  #state: State = 'open';
  #read: Promise<Response> | null = null;
  #body: ReadableStream<Uint8Array> | null = null;

  constructor(
    status: number,
    init?: StreamResponseInit | null,
    received?: { context: ResponseContext; source: BodySource },
  ) {
    super(received?.context ?? assemble(status, init ?? {}));
    this.#source = received?.source ?? sourceOf(init ?? {});
  }

  /** A read response in the form that transports give; its bytes are taken as octets of the wire. @internal */
  static fromResponse(response: Response, request: Request): StreamResponse {
    const source = bytesSource(response.bytes, response.trailers.wire);
    // The same answer may be given many times; what the client adds must not run together.
    const context: ResponseContext = { ...response.context, request, history: [], makeNextRequest: null };
    return new StreamResponse(response.status, null, { context, source });
  }

  /** Octets of the body that have been received, before content codings are undone. */
  get bytesReceived(): number {
    return this.#source.bytesReceived;
  }

  /** Fields that came after the body (RFC 9110 §6.5); empty until its end has been read. */
  get trailers(): Headers {
    return Headers.fromWire(this.#source.trailers ?? []);
  }

  /** Whether nothing more can be read: the content has been taken, or given up. */
  get isClosed(): boolean {
    return this.#state === 'closed' || this.#state === 'read';
  }

  /** Receives the rest of the content and gives the response in its read form. May be called again. */
  read(): Promise<Response> {
    return (this.#read ??= this.#readAll());
  }

  /**
   * The octets as they come over the wire, content codings applied.
   *
   * @param size exact size of all pieces but the last; without it pieces come as they arrive
   */
  iterRaw(size?: number): AsyncGenerator<Uint8Array, void, undefined> {
    this.#use("'iterRaw()'");
    const raw = this.#raw();
    return size === undefined ? raw : rechunk(raw, size);
  }

  /**
   * The content, content codings undone. Works again after {@link read}, from memory.
   *
   * @param size exact size of all pieces but the last; without it pieces come as they arrive
   */
  iterBytes(size?: number): AsyncGenerator<Uint8Array, void, undefined> {
    const content = this.#content("'iterBytes()'");
    return size === undefined ? content : rechunk(content, size);
  }

  /**
   * The content as text; sequences that are split between pieces are joined.
   *
   * @param size exact number of UTF-16 code units of all pieces but the last
   */
  iterText(size?: number): AsyncGenerator<string, void, undefined> {
    const text = this.#text("'iterText()'");
    return size === undefined ? text : rechunkText(text, size);
  }

  /** The lines of the content without their ends: LF, CRLF and CR (`universal`), or LF and CRLF alone (`lf`). */
  iterLines(
    options: { readonly separators?: 'lf' | 'universal' } = {},
  ): AsyncGenerator<string, void, undefined> {
    return splitLines(
      this.#text("'iterLines()'"),
      new LineSplitter(options.separators ?? 'universal', { fail: this.fail }),
    );
  }

  /**
   * One value for each line of JSON (NDJSON, JSON Lines); blank lines are skipped.
   *
   * @throws DecodingError (`ERR_INVALID_JSON`) that names the line
   */
  iterJSONLines<T = unknown>(): AsyncGenerator<T, void, undefined> {
    return jsonLines(this.iterLines({ separators: 'lf' }), this.fail) as AsyncGenerator<T, void, undefined>;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    return this.iterBytes();
  }

  /** The content as a web stream; cancelling it cancels the response. */
  get body(): ReadableStream<Uint8Array> {
    if (this.#body === null) {
      const content = this.#content("'body'");
      this.#body = new globalThis.ReadableStream<Uint8Array>(
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
    return this.#body;
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
  pipeTo(target: URL | Writable | WritableStream<Uint8Array> | string): Promise<number> {
    const content = this.#content("'pipeTo()'");
    return typeof target === 'string' || target instanceof URL
      ? pipeToFile(content, target)
      : pipeToStream(content, target);
  }

  /** Calls back when the content has ended or been given up. @internal */
  onceClosed(callback: () => void): void {
    this.#source = notifyingSource(this.#source, callback);
  }

  /** Gives the rest of the content up. The connection is closed unless the content had been received in full. */
  cancel(reason?: unknown): Promise<void> {
    if (this.#state !== 'read') this.#state = 'closed';
    this.#source.cancel(reason);
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  /**
   * The connection as a duplex stream, after 101 (Switching Protocols) or a CONNECT that succeeded (RFC 9110 §7.8).
   * What the server sent right behind its response is the first data.
   *
   * @throws InvalidArgument if the response did not switch protocols
   */
  upgrade(): Duplex {
    if (
      this.#source.upgrade === undefined ||
      !(this.status === 101 || (this.request.method === 'CONNECT' && this.isSuccess))
    ) {
      throw new InvalidArgument(
        `There is no upgraded connection: ${this.label} has the status ${this.status}.`,
      );
    }
    this.#use("'upgrade()'");
    return this.#source.upgrade();
  }

  /** The response as one of the platform; its body is the stream of this one. */
  toFetch(): globalThis.Response {
    return toFetchResponse(this, this.body);
  }

  #use(what: string): void {
    switch (this.#state) {
      case 'open':
        this.#state = 'consumed';
        return;
      case 'closed':
        throw new StreamClosed(`${what} cannot be used: ${this.label} has been closed before it was read.`);
      default:
        throw new StreamConsumed(
          `${what} cannot be used: the content of ${this.label} has been taken already.`,
        );
    }
  }

  async #readAll(): Promise<Response> {
    const { context } = this;
    this.#use("'read()'");
    let bytes: Uint8Array;
    try {
      const all = this.#source.all();
      const raw = all instanceof Uint8Array ? all : await all;
      const codings = this.#codings();
      const decoded = codings.length === 0 ? raw : decodeBuffer(raw, codings, context.decode, this.fail);
      bytes = decoded instanceof Uint8Array ? decoded : await decoded;
    } catch (error) {
      this.#state = 'closed';
      throw error;
    }
    this.#state = 'read';
    const { bytesReceived, trailers } = this.#source;
    return new Response(context.status, null, { context, bytes, bytesReceived, trailers });
  }

  #codings(): string[] {
    const value = this.context.headers.get('content-encoding');
    return value === null ? [] : contentCodings(value);
  }

  async *#raw(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const chunk = await this.#source.next();
        if (chunk === null) return;
        if (chunk.length > 0) yield chunk;
      }
    } finally {
      this.#state = 'closed';
      this.#source.cancel();
    }
  }

  #content(what: string): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#state === 'read') return replay(this.#read!);
    this.#use(what);
    const codings = this.#codings();
    return codings.length === 0
      ? this.#raw()
      : decodeStream(this.#raw(), codings, this.context.decode, this.fail);
  }

  async *#text(what: string): AsyncGenerator<string, void, undefined> {
    const content = this.#content(what);
    const { defaultEncoding } = this.context;
    // A default that looks at the content cannot: there is only a part of it yet.
    const label =
      this.declaredEncoding ??
      (typeof defaultEncoding === 'string' ? resolveCharset(defaultEncoding) : undefined);
    const decoder = createTextStream(label ?? 'utf-8');
    for await (const chunk of content) {
      const text = decoder.push(chunk);
      if (text !== '') yield text;
    }
    const rest = decoder.end();
    if (rest !== '') yield rest;
  }
}

async function* replay(read: Promise<Response>): AsyncGenerator<Uint8Array, void, undefined> {
  const { bytes } = await read;
  if (bytes.length > 0) yield bytes;
}

async function* splitLines(
  text: AsyncIterable<string>,
  splitter: LineSplitter,
): AsyncGenerator<string, void, undefined> {
  for await (const piece of text) yield* splitter.push(piece);
  yield* splitter.end();
}

function assemble(status: number, init: StreamResponseInit): ResponseContext {
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw new InvalidArgument(`The status must be a whole number from 100 to 999, not ${String(status)}.`);
  }
  const headers = new Headers(init.headers);
  const context = newContext(
    status,
    init.statusText ?? reasonPhrase(status),
    init.httpVersion ?? '1.1',
    headers,
  );
  context.request = init.request ?? null;
  return context;
}

function sourceOf(init: StreamResponseInit): BodySource {
  const body = init.body == null ? bytesBody(new Uint8Array(0)) : encodeContent(init.body);
  return iteratedSource(body, new Headers(init.trailers).wire);
}
