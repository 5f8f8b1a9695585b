import { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { DEFAULT_DECODE } from '../body/content-coding.ts';
import type { ConnectionInfo } from '../models/connection-info.ts';
import { DEFAULT_REDACTION, Redaction } from '../models/redaction.ts';
import { Tracer } from '../models/trace.ts';
import { parseURL } from '../models/url.ts';
import type { HTTPTransport } from '../transport/http-transport.ts';
import type { TransportContext } from '../transport/transport.ts';
import type { Caller } from './caller.ts';
import { packError } from './portable-error.ts';
import { unpackProxy } from './portable-proxy.ts';
import {
  type HeadReply,
  type PieceReply,
  type SendCommand,
  sharedNow,
  type SpecialParts,
  timeoutOf,
} from './protocol.ts';
import { ReadAhead } from './read-ahead.ts';
import { RemoteBody } from './remote-body.ts';
import { packInfo } from './trace-info.ts';

const NOTHING_SPECIAL: SpecialParts = {
  target: undefined,
  sniHostname: undefined,
  redact: undefined,
  proxy: undefined,
  publicOnly: false,
  listens: { download: false, informational: false, retry: false, trace: false, upload: false },
};

/** One request in the worker, from the command to send it to the end of its response. */
export class WorkerExchange {
  /** What the thread that blocks has given, by its number there. */
  readonly given: WeakMap<object, number> = new WeakMap();
  readonly #caller: Caller;
  readonly #command: SendCommand;
  /** Null for a request that nothing can abort: to make one takes longer than to send a short request. */
  readonly #controller: AbortController | null;
  #response: StreamResponse | null = null;
  #chunks: ReadAhead | null = null;

  constructor(caller: Caller, command: SendCommand) {
    this.#caller = caller;
    this.#command = command;
    this.#controller = command.special === null ? null : new AbortController();
  }

  /** Sends the request and gives the head of the response, with the content if it is to be whole. */
  async send(transport: HTTPTransport): Promise<HeadReply> {
    const response = await transport.handle(this.#request(), this.#context(), this.#command.repeats);
    this.#response = response;
    const { status, statusText, httpVersion, headers, connection, marks } = response.context;
    let body: Uint8Array | null = null;
    let bodyError = null;
    if (this.isWhole) {
      // Content codings are undone where they can be answered for.
      response.context.isDecoded = true;
      response.context.decode = DEFAULT_DECODE;
      if (!this.#command.isHeadFirst) {
        try {
          body = await this.#readAll();
        } catch (error) {
          bodyError = packError(error, this.given);
        }
      }
    } else {
      void this.chunks;
    }
    const { bytesReceived } = response;
    const trailers = body === null ? null : response.trailers.wire;
    const fields = headers.wire;
    return {
      status,
      statusText,
      httpVersion,
      fields,
      connection,
      marks,
      bytesReceived,
      body,
      bodyError,
      trailers,
      loan: body === null || connection === null ? null : this.#lend(transport, connection),
    };
  }

  /** The content is wanted in one piece. */
  get isWhole(): boolean {
    return this.#command.delivery === 'whole';
  }

  /** The pieces of the response as they come. */
  get chunks(): ReadAhead {
    return (this.#chunks ??= new ReadAhead(this.#response!.iterRaw()));
  }

  async read(): Promise<PieceReply> {
    if (this.isWhole) return this.pieceReply(await this.#readAll(), true);
    const { done, value } = await this.chunks.next();
    return done === true ? this.pieceReply(null, true) : this.pieceReply(new Uint8Array(value), false);
  }

  /** @param piece whose memory goes along */
  pieceReply(piece: Uint8Array | null, isLast: boolean): PieceReply {
    const { bytesReceived, trailers, context } = this.#response!;
    return isLast
      ? { piece, isLast, bytesReceived, trailers: trailers.wire, marks: context.marks }
      : { piece, isLast, bytesReceived, trailers: null, marks: null };
  }

  cancel(): void {
    if (this.#response === null) this.#controller?.abort();
    else void this.#response.cancel();
  }

  abort(isTimeout: boolean): void {
    const reason = new Error('aborted');
    if (isTimeout) reason.name = 'TimeoutError';
    this.given.set(reason, 0);
    this.#controller?.abort(reason);
  }

  /** What a plain request has used, the next one may use without this thread. */
  #lend(transport: HTTPTransport, { id, backend, proxy }: ConnectionInfo): number | null {
    const mayLend = backend === 'native' && proxy === null && this.#command.special === null;
    return mayLend ? transport.lend(id) : null;
  }

  async #readAll(): Promise<Uint8Array> {
    // A copy, because the memory of a piece may be shared.
    return new Uint8Array((await this.#response!.read()).bytes);
  }

  #request(): Request {
    const { id, method, url, fields, body, special } = this.#command;
    const { target, sniHostname, redact } = special ?? NOTHING_SPECIAL;
    return new Request(method, '', null, {
      url: parseURL(url),
      fields,
      body: body && new RemoteBody(this.#caller, id, body),
      extensions: {
        ...(target === undefined ? {} : { target }),
        ...(sniHostname === undefined ? {} : { sniHostname }),
      },
      redaction: this.#redaction(redact),
    });
  }

  #redaction(options: SpecialParts['redact']): Redaction {
    return options === undefined ? DEFAULT_REDACTION : new Redaction(options);
  }

  #context(): TransportContext {
    const { id, limits, totalDeadline, delivery, maxBytes, special } = this.#command;
    const { publicOnly, redact, proxy, listens } = special ?? NOTHING_SPECIAL;
    const { download, informational, retry, trace, upload } = listens;
    const caller = this.#caller;
    return {
      timeout: timeoutOf(limits),
      totalDeadline: totalDeadline === null ? null : performance.now() + totalDeadline - sharedNow(),
      signal: this.#controller === null ? null : this.#controller.signal,
      tracer: trace
        ? new Tracer(0, this.#redaction(redact), [
            ({ name, info }) => caller.tell(id, 'trace', name, packInfo(info, this.given)),
          ])
        : null,
      delivery,
      maxBytes,
      publicOnly,
      proxy: proxy == null ? proxy : unpackProxy(proxy, caller),
      onInformational: informational
        ? ({ status, statusText, headers }) =>
            caller.tell(id, 'informational', status, statusText, headers.wire)
        : null,
      onUploadProgress: upload
        ? ({ transferred, total }) => caller.tell(id, 'upload', transferred, total)
        : null,
      onDownloadProgress: download
        ? ({ transferred, total }) => caller.tell(id, 'download', transferred, total)
        : null,
      onRetry: retry
        ? async ({ reason, attempt, delayMs, error }) => {
            await caller.ask(id, 'retry', reason, attempt, delayMs, packError(error, this.given));
          }
        : null,
    };
  }
}
