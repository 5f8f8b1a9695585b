import type { DecodeOptions } from '../body/content-coding.ts';
import type { Fail } from '../body/fail.ts';
import type { RequestBody } from '../body/request-body.ts';
import { checkBounds } from '../client/bounded.ts';
import type { Request } from '../message/request.ts';
import { newContext, type ResponseContext } from '../message/response-head.ts';
import { Headers } from '../models/headers.ts';
import { DEFAULT_REDACTION } from '../models/redaction.ts';
import type { TraceName } from '../models/trace.ts';
import { decodeRemotely } from './decode-in-thread.ts';
import { isPlainRequest, isSmall } from './plain-request.ts';
import { packProxy } from './portable-proxy.ts';
import { type PortableError, unpackError } from './portable-error.ts';
import {
  type Call,
  type HeadReply,
  limitsOf,
  type PieceReply,
  type SendCommand,
  sharedNow,
  type SpecialParts,
} from './protocol.ts';
import type { SyncSource } from './sync-source.ts';
import type { SyncTransportContext } from './sync-transport.ts';
import { thrownError } from './thrown-errors.ts';
import { unpackInfo } from './trace-info.ts';
import { Upload } from './upload.ts';
import type { Service, WorkerThread } from './worker-thread.ts';

/** One request that a worker carries, from the side that blocks for it: its listeners, its upload, its response. */
export class RemoteExchange implements Service, SyncSource {
  bytesReceived = 0;
  readonly id: number;
  readonly #thread: WorkerThread;
  readonly #request: Request;
  readonly #context: SyncTransportContext;
  readonly #upload: Upload | null;
  #response: ResponseContext | null = null;
  #trailers: readonly string[] | null = null;
  #whole: Uint8Array | null = null;
  /** The content comes in one piece. */
  #comesWhole = false;
  /** Nothing more is to come from the worker. */
  #isOver = false;
  /** Why the content cannot be had. */
  #failure: { readonly error: unknown } | null = null;
  #isAbortTold = false;
  #loan: number | null = null;

  constructor(thread: WorkerThread, request: Request, context: SyncTransportContext) {
    this.id = thread.nextId();
    this.#thread = thread;
    this.#request = request;
    this.#context = context;
    const { payload } = request;
    this.#upload = payload === null || isSmall(payload.bytes) ? null : new Upload(payload);
  }

  /** The number by which the connection may be used without the worker, if so. */
  get loan(): number | null {
    return this.#loan;
  }

  get trailers(): readonly string[] | null {
    return this.#trailers;
  }

  /** The body of the request. */
  get payload(): RequestBody | null {
    return this.#request.payload;
  }

  /**
   * Sends the request and blocks until the head of its response is there.
   *
   * @param repeats how often it was sent before
   */
  send(transport: number, isHeadFirst: boolean, repeats: number): ResponseContext {
    this.#thread.listen(this.id, this);
    const reply = this.#call(this.#command(transport, isHeadFirst, repeats)) as HeadReply;
    const { status, statusText, httpVersion, fields, connection, marks } = reply;
    const headers = Headers.fromWire(fields, false, this.#request.redaction);
    const context = newContext(status, statusText, httpVersion, headers);
    context.request = this.#request;
    context.connection = connection;
    context.marks = marks;
    this.#response = context;
    this.bytesReceived = reply.bytesReceived;
    this.#whole = reply.body;
    this.#loan = reply.loan;
    this.#trailers = reply.trailers;
    if (reply.bodyError !== null) this.#failure = { error: this.#unpack(reply.bodyError) };
    this.#comesWhole = this.#context.delivery === 'whole';
    if (this.#comesWhole && !isHeadFirst) this.#end();
    return context;
  }

  next(): Uint8Array | null {
    if (this.#isOver) return this.whole();
    return this.onPiece(this.#call({ kind: 'read', id: this.#thread.nextId(), from: this.id }) as PieceReply);
  }

  /** Takes in what the worker tells about the state of the response with each piece of it, decoded or not. */
  onPiece({ piece, isLast, bytesReceived, trailers, marks }: PieceReply): Uint8Array | null {
    this.bytesReceived = bytesReceived;
    if (!isLast) return piece;
    this.#trailers = trailers;
    if (marks !== null && this.#response?.marks != null) Object.assign(this.#response.marks, marks);
    this.#end();
    return piece;
  }

  whole(): Uint8Array | null {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#comesWhole && !this.#isOver) return this.next();
    const whole = this.#whole;
    this.#whole = null;
    return whole;
  }

  decoded(codings: readonly string[], options: DecodeOptions, fail: Fail): SyncSource | null {
    return this.#isOver || this.#comesWhole
      ? null
      : decodeRemotely(this.#thread, this, codings, options, fail);
  }

  /** Sends a command that concerns this exchange and gives what is replied, or throws the failure. */
  call(command: Parameters<WorkerThread['call']>[0]): unknown {
    return this.#call(command);
  }

  cancel(): void {
    this.#whole = null;
    if (this.#isOver) return;
    try {
      const from = this.id;
      // Those who trace hear of the end.
      if (this.#context.tracer === null) this.#thread.post({ kind: 'cancel', id: 0, from });
      else this.#thread.call({ kind: 'cancel', id: this.#thread.nextId(), from });
    } catch {
      // The worker is gone, and with it what it held.
    }
    this.#end();
  }

  serve({ name, values }: Pick<Call, 'name' | 'values'>): unknown {
    const context = this.#context;
    switch (name) {
      case 'pull':
        return this.#upload!.pull(values[0] === true);
      case 'release':
        return this.#upload!.release();
      case 'retry':
        context.onRetry?.({
          request: this.#request,
          reason: String(values[0]),
          attempt: Number(values[1]),
          delayMs: Number(values[2]),
          error: this.#unpack(values[3] as PortableError),
          response: null,
        });
        break;
      case 'trace':
        context.tracer?.emit(
          values[0] as TraceName,
          unpackInfo(values[1] as never, (error) => this.#unpack(error)),
        );
        break;
      case 'informational':
        context.onInformational?.({
          status: Number(values[0]),
          statusText: String(values[1]),
          headers: Headers.fromWire(values[2] as string[], false, this.#request.redaction),
        });
        break;
      case 'upload':
        context.onUploadProgress?.({ transferred: Number(values[0]), total: values[1] as number | null });
        break;
      case 'download':
        context.onDownloadProgress?.({ transferred: Number(values[0]), total: values[1] as number | null });
        break;
      default:
        return undefined;
    }
    this.heedAbort();
    return undefined;
  }

  onServeError(error: unknown): void {
    this.#failure ??= { error };
    if (!this.#isOver) this.#thread.post({ kind: 'abort', from: this.id, isTimeout: false });
  }

  #command(transport: number, isHeadFirst: boolean, repeats: number): SendCommand {
    const { method, parsedURL, fields, payload } = this.#request;
    const { timeout, totalDeadline, delivery, maxBytes } = this.#context;
    return {
      kind: 'send',
      id: this.id,
      transport,
      method,
      url: parsedURL.href,
      fields,
      body: payload && {
        // A view would take the memory around it along.
        bytes: this.#upload === null ? new Uint8Array(payload.bytes!) : null,
        length: payload.length,
        replayable: payload.replayable,
        description: payload.description,
      },
      limits: limitsOf(timeout),
      totalDeadline: totalDeadline === null ? null : sharedNow() + totalDeadline - performance.now(),
      delivery,
      isHeadFirst,
      maxBytes,
      repeats,
      special: this.#isPlain ? null : this.#special(),
    };
  }

  get #isPlain(): boolean {
    return this.#upload === null && isPlainRequest(this.#request, this.#context);
  }

  #special(): SpecialParts {
    const { extensions, redaction } = this.#request;
    const { proxy, publicOnly, tracer } = this.#context;
    const { onInformational, onUploadProgress, onDownloadProgress, onRetry } = this.#context;
    return {
      target: extensions.target,
      sniHostname: extensions.sniHostname,
      redact: redaction === DEFAULT_REDACTION ? undefined : redaction.options,
      proxy: proxy == null ? proxy : packProxy(proxy),
      publicOnly: publicOnly === true,
      listens: {
        download: onDownloadProgress !== null,
        informational: onInformational !== null,
        retry: onRetry !== null,
        trace: tracer !== null,
        upload: onUploadProgress !== null,
      },
    };
  }

  #call(command: Parameters<WorkerThread['call']>[0]): unknown {
    try {
      // Nothing can have been aborted while the thread slept, but before that.
      if (command.kind !== 'send') this.heedAbort();
      const reply = this.#thread.call(command, [], this.#request);
      if (this.#failure !== null) throw this.#failure.error;
      // The response may have been there already when the worker heard of it.
      if (this.#isAbortTold && reply.kind === 'reply') checkBounds(this.#request, this.#context);
      if (reply.kind === 'reply') return reply.value;
      throw this.#unpack(reply.error);
    } catch (error) {
      this.cancel();
      this.#failure ??= { error };
      throw error;
    }
  }

  /** Tells the worker that the signal has been aborted, if it has. */
  heedAbort(): void {
    const { signal } = this.#context;
    if (signal === null || !signal.aborted || this.#isAbortTold || this.#isOver) return;
    this.#isAbortTold = true;
    const { reason }: { readonly reason: unknown } = signal;
    const isTimeout = reason instanceof Error && reason.name === 'TimeoutError';
    this.#thread.post({ kind: 'abort', from: this.id, isTimeout });
  }

  #unpack(error: PortableError): unknown {
    return unpackError(error, this.#request, (key) =>
      key === 0 ? (this.#context.signal?.reason as unknown) : thrownError(key),
    );
  }

  #end(): void {
    this.#isOver = true;
    this.#thread.unlisten(this.id);
    this.#upload?.release();
  }
}
