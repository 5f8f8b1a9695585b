import type { ContentInit } from '../body/content.ts';
import { LineSplitter } from '../body/lines.ts';
import { checkSize, OctetCutter, TextCutter } from '../body/rechunk.ts';
import { Headers } from '../models/headers.ts';
import { type EventStreamOptions, resolveEventStreamOptions } from '../message/event-stream.ts';
import type { Request } from '../message/request.ts';
import { checkEventResponse, ResponseEvents } from '../message/response-events.ts';
import { type ResponseContext, ResponseHead } from '../message/response-head.ts';
import { Response } from '../message/response.ts';
import { answerContext, codingsOf, type StreamResponseInit, streamParts } from '../message/stream-parts.ts';
import { SyncBody } from './sync-body.ts';
import { SyncEventStream } from './sync-event-stream.ts';
import type { SyncGenerator } from './sync-generator.ts';
import { BytesSource, IteratedSource, type SyncSource } from './sync-source.ts';
import { cut, jsonLinesOf, linesOf, textOf } from './sync-text.ts';
import { writeFile } from './write-file.ts';

/** What a streamed response made by hand consists of. */
export interface SyncStreamResponseInit extends StreamResponseInit {
  /** Octets of the wire: with the content codings that the headers name still applied. Must not have to be waited for. */
  readonly body?: ContentInit | null;
}

/**
 * A response of which the head has been received, of a client that blocks. Its content can be taken once: by one of
 * the iterators, or whole by {@link read}. Until then it occupies a connection: read it, or {@link cancel} it, or bind
 * it with `using`, which cancels it at the end of the block.
 *
 * @example
 * ```ts
 * import { SyncStreamResponse } from 'ternhttp/sync';
 *
 * const response = new SyncStreamResponse(200, { body: ['one\ntw', 'o\n'] });
 * for (const line of response.iterLines()) console.log(line); // 'one', then 'two'
 * ```
 */
export class SyncStreamResponse extends ResponseHead implements Iterable<Uint8Array>, Disposable {
  readonly #body: SyncBody;
  /** The read form, or why there is none, once that has been tried. */
  #read: { readonly response: Response } | { readonly error: unknown } | null = null;
  #isTextTaken = false;

  /** @throws InvalidArgument for an init that makes no response */
  constructor(
    status: number,
    init?: SyncStreamResponseInit | null,
    received?: { context: ResponseContext; source: SyncSource },
  ) {
    const made = received ?? assemble(status, init ?? {});
    super(made.context);
    this.#body = new SyncBody(made.source, this);
  }

  /** A read response in the form that transports give. @internal */
  static fromResponse(response: Response, request: Request): SyncStreamResponse {
    const source = new BytesSource(response.bytes, response.trailers.wire);
    return new SyncStreamResponse(response.status, null, {
      context: answerContext(response, request),
      source,
    });
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
  read(): Response {
    this.#read ??= this.#tryToRead();
    if ('error' in this.#read) throw this.#read.error;
    return this.#read.response;
  }

  /**
   * The octets as they come over the wire, content codings applied.
   *
   * @param size exact size of all pieces but the last; without it pieces come as they arrive
   */
  iterRaw(size?: number): Generator<Uint8Array, void, void> {
    if (size !== undefined) checkSize(size);
    this.#body.take("'iterRaw()'");
    const pieces = this.#body.pieces();
    return size === undefined ? pieces : cut(pieces, new OctetCutter(size));
  }

  /**
   * The content, content codings undone. Works again after {@link read}, from memory.
   *
   * @param size exact size of all pieces but the last; without it pieces come as they arrive
   */
  iterBytes(size?: number): Generator<Uint8Array, void, void> {
    if (size !== undefined) checkSize(size);
    const content = this.#content("'iterBytes()'");
    return size === undefined ? content : cut(content, new OctetCutter(size));
  }

  /**
   * The content as text; sequences that are split between pieces are joined.
   *
   * @param size exact number of characters (Unicode code points) of all pieces but the last
   */
  iterText(size?: number): Generator<string, void, void> {
    if (size !== undefined) checkSize(size);
    const text = this.#text("'iterText()'");
    return size === undefined ? text : cut(text, new TextCutter(size));
  }

  /** The lines of the content without their ends: LF, CRLF and CR (`universal`), or LF and CRLF alone (`lf`). */
  iterLines(options: { readonly separators?: 'lf' | 'universal' } = {}): Generator<string, void, void> {
    const splitter = new LineSplitter(options.separators ?? 'universal', { fail: this.fail });
    return linesOf(this.#text("'iterLines()'"), splitter);
  }

  /**
   * One value for each line of JSON (NDJSON, JSON Lines); blank lines are skipped.
   *
   * @throws DecodingError (`ERR_INVALID_JSON`) that names the line
   */
  iterJSONLines<T = unknown>(): Generator<T, void, void> {
    const lines = linesOf(this.#text("'iterJSONLines()'"), new LineSplitter('lf', { fail: this.fail }));
    return jsonLinesOf(lines, this.fail) as Generator<T, void, void>;
  }

  /**
   * The content as server-sent events. This is for one response; `client.sse()` opens the stream again when it breaks.
   *
   * @throws EventStreamError if the response has another media type than `text/event-stream`
   */
  events(options: EventStreamOptions = {}): SyncEventStream {
    const settings = resolveEventStreamOptions(options);
    checkEventResponse(this, settings.anyContentType);
    return new SyncEventStream(new ResponseEvents(this, this.#content("'events()'"), settings));
  }

  [Symbol.iterator](): Generator<Uint8Array, void, void> {
    return this.iterBytes();
  }

  /**
   * Writes the content to a file. The file appears under its name only when it is complete.
   *
   * @returns the number of octets written
   */
  pipeTo(target: URL | string): number {
    const content = this.#content("'pipeTo()'");
    try {
      return writeFile(content, target);
    } finally {
      // Also when the target failed before it had asked for anything.
      content.return();
    }
  }

  /** Calls back when the content has ended or been given up; at once if it has already. @internal */
  onceClosed(callback: () => void): void {
    this.#body.onceClosed(callback);
  }

  /** Gives the rest of the content up. The connection is closed unless the content had been received in full. */
  cancel(reason?: unknown): void {
    this.#body.cancel(reason);
  }

  [Symbol.dispose](): void {
    this.cancel();
  }

  override toString(): string {
    return this.describe('SyncStreamResponse');
  }

  get encoding(): string | undefined {
    const read = this.#readForm;
    if (read !== null) return read.encoding;
    const { defaultEncoding } = this.context;
    return this.declaredEncoding ?? (typeof defaultEncoding === 'string' ? defaultEncoding : undefined);
  }

  /** Must be set before text is read. */
  set encoding(label: string) {
    const read = this.#readForm;
    if (read !== null) read.encoding = label;
    else this.setEncoding(label, this.#isTextTaken);
  }

  get #readForm(): Response | null {
    return this.#read !== null && 'response' in this.#read ? this.#read.response : null;
  }

  #tryToRead(): { readonly response: Response } | { readonly error: unknown } {
    try {
      return { response: this.#readAll() };
    } catch (error) {
      return { error };
    }
  }

  #readAll(): Response {
    const { context, fail } = this;
    const body = this.#body;
    body.take("'read()'");
    try {
      const bytes = body.all(codingsOf(context), context.decode, fail);
      const { bytesReceived, trailers } = body;
      return new Response(context.status, null, { context, bytes, bytesReceived, trailers });
    } finally {
      body.release(false);
    }
  }

  #content(what: string): Generator<Uint8Array, void, void> {
    const read = this.#readForm;
    if (read !== null) return replay(read.bytes);
    this.#body.take(what);
    return this.#body.decodedPieces(codingsOf(this.context), this.context.decode, this.fail);
  }

  #text(what: string): SyncGenerator<string> {
    const content = this.#content(what);
    this.#isTextTaken = true;
    // A default that looks at the content cannot before it is read: there is only a part of it yet.
    return textOf(content, this.encoding ?? 'utf-8');
  }
}

function* replay(bytes: Uint8Array): Generator<Uint8Array, void, void> {
  if (bytes.length > 0) yield bytes;
}

function assemble(
  status: number,
  init: SyncStreamResponseInit,
): { readonly context: ResponseContext; readonly source: SyncSource } {
  const { context, content, trailers } = streamParts('SyncStreamResponse', status, init);
  if (content === null || content.bytes !== null)
    return { context, source: new BytesSource(content?.bytes ?? new Uint8Array(0), trailers) };
  return { context, source: new IteratedSource(content, trailers) };
}
