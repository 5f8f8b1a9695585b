import { collectChunks } from '../body/collect.ts';
import { ResumeError } from '../errors/resume-error.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import type { BodySource } from '../message/body-source.ts';
import type { Request } from '../message/request.ts';
import type { RetryAttempt, RetryStop } from '../models/retry-report.ts';
import type { TransportContext } from '../transport/transport.ts';
import { backoffDelay } from './backoff.ts';
import { joinSignals } from './join-signals.ts';
import { type Continuation, continuationOf, type Representation } from './representation.ts';
import type { ResumePolicy } from './resume-policy.ts';
import { retryAfterOf } from './retry-after.ts';
import { noteOn } from './retry-loop.ts';
import type { SendMode, Streamed } from './send-mode.ts';
import { runAsync, type Steps } from '../body/steps.ts';
import { isTransient } from './transient.ts';

/** Statuses of a server that is busy; the representation may be there later. */
const BUSY: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/** The longest wait that a busy server may ask for, in milliseconds. */
const LONGEST_WAIT = 60_000;

/** What a download is continued with. */
export interface ResumeSetup<R extends Streamed> {
  /** As it goes into hooks and middleware. */
  readonly request: Request;
  /** A text says why it cannot be resumed. */
  readonly representation: Representation | string;
  readonly policy: ResumePolicy;
  readonly context: TransportContext;
  readonly tools: Pick<SendMode<R>, 'discard' | 'pause'>;
  readonly send: (request: Request, context: TransportContext) => Steps<R>;
}

/**
 * The content of a response, continued by further requests for parts of it when the connection breaks: no octet twice,
 * none left out, all of one representation (RFC 9110 §14.2, §13.1.5).
 */
export class Download<R extends Streamed> {
  readonly #setup: ResumeSetup<R>;
  readonly #closing = new AbortController();
  readonly #context: TransportContext;
  readonly #release: (() => void) | null;
  readonly #earlier: RetryAttempt[] = [];
  #response: R;
  #chunks: ReturnType<R['iterRaw']> | null = null;
  /** Octets that the reader has been given. */
  #given = 0;
  /** Octets at the beginning of the response at hand that the reader has already. */
  #known = 0;
  /** Position of the last octet; null if it is not known. */
  #end: number | null;
  #failures = 0;
  #hasEnded = false;

  constructor(response: R, setup: ResumeSetup<R>) {
    this.#setup = setup;
    this.#response = response;
    const { context, representation } = setup;
    this.#end = typeof representation === 'string' ? null : representation.end;
    const { signal } = context;
    const own = this.#closing.signal;
    const joined = signal === null ? null : joinSignals(signal, own);
    this.#release = joined?.release ?? null;
    // What has been received is told here: only here it is known where a part stands in the whole.
    this.#context = {
      ...context,
      signal: joined?.signal ?? own,
      onDownloadProgress: null,
    };
  }

  get bytesReceived(): number {
    return this.#given;
  }

  get trailers(): readonly string[] | null {
    return this.#hasEnded ? this.#response.trailers.wire : null;
  }

  /** The next piece, or null at the end. */
  *next(): Steps<Uint8Array | null> {
    try {
      return yield* this.#next();
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
      throw new StreamClosed('The response was closed while its content was being received.');
    }
  }

  *#next(): Steps<Uint8Array | null> {
    for (;;) {
      if (this.#hasEnded) return null;
      let failure: unknown = null;
      try {
        this.#chunks ??= this.#response.iterRaw() as ReturnType<R['iterRaw']>;
        const { done, value } = (yield this.#chunks.next()) as IteratorResult<Uint8Array, void>;
        const fresh = done === true ? null : this.#withoutKnown(value);
        if (fresh !== null) {
          if (fresh.length > 0) return this.#give(fresh);
          continue;
        }
        if (this.#isWhole()) {
          this.#hasEnded = true;
          this.#release?.();
          return null;
        }
      } catch (error) {
        if (this.#context.signal!.aborted || !isTransient(error)) throw error;
        failure = error;
      }
      yield* this.#resume(failure);
    }
  }

  cancel(reason?: unknown): void {
    void this.#response.cancel(reason);
    this.#closing.abort(reason);
    this.#release?.();
  }

  #withoutKnown(chunk: Uint8Array): Uint8Array {
    if (this.#known === 0) return chunk;
    const dropped = Math.min(this.#known, chunk.length);
    this.#known -= dropped;
    return chunk.subarray(dropped);
  }

  #give(chunk: Uint8Array): Uint8Array {
    this.#given += chunk.length;
    this.#failures = 0;
    const { representation, context, request } = this.#setup;
    const length = lengthOf(representation, this.#end);
    if (length !== null && this.#given > length) {
      const reason = `the parts have more than the ${length} octets that were announced`;
      throw new ResumeError({ reason, request });
    }
    // The first response tells its progress by itself.
    if (this.#earlier.length > 0) context.onDownloadProgress?.({ transferred: this.#given, total: length });
    return chunk;
  }

  /** Whether the end of a response is the end of the download; a server may send less than it was asked for. */
  #isWhole(): boolean {
    const length = lengthOf(this.#setup.representation, this.#end);
    return this.#known === 0 && (length === null || this.#given >= length);
  }

  /** Opens the rest of the download, however many attempts that takes. */
  *#resume(first: unknown): Steps<void> {
    const { representation, policy, request, context, tools } = this.#setup;
    let failure: unknown = first ?? this.#incomplete();
    if (typeof representation === 'string') throw this.#noted(failure, 'representation', representation);
    let asked: number | null = null;
    for (;;) {
      if (this.#failures >= policy.attempts) {
        const note = `${policy.attempts} attempts in a row brought nothing ('resume.attempts')`;
        throw this.#noted(failure, 'attempts', note);
      }
      this.#failures++;
      const delayMs = asked ?? backoffDelay(policy.backoff, this.#failures);
      const { totalDeadline } = context;
      if (totalDeadline !== null && performance.now() + delayMs >= totalDeadline)
        throw this.#noted(failure, 'total', 'the wait would outlast the total timeout');
      yield this.#announce(failure, delayMs);
      yield tools.pause(delayMs, request, this.#context);
      asked = null;
      const offset = representation.start + this.#given;
      let response: R;
      try {
        response = yield* this.#setup.send(this.#rest(offset, representation), this.#context);
      } catch (error) {
        if (this.#context.signal!.aborted || !isTransient(error)) throw error;
        failure = error;
        continue;
      }
      if (BUSY.has(response.status)) {
        asked = retryAfterOf(response.status, response.headers);
        yield tools.discard(response);
        if (asked !== null && asked > LONGEST_WAIT)
          throw this.#noted(failure, 'retry-after', `the server asks for a wait of ${asked} ms`);
        continue;
      }
      yield* this.#continueWith(response, continuationOf(response, representation, offset), failure);
      return;
    }
  }

  *#continueWith(response: R, continuation: Continuation, cause: unknown): Steps<void> {
    if (continuation.kind === 'other') {
      yield response.cancel();
      const reason = `the download broke off after ${this.#given} octets and cannot be resumed: ${continuation.reason}`;
      throw new ResumeError({ reason, request: response.context.request ?? undefined, cause });
    }
    const { representation } = this.#setup;
    if (continuation.kind === 'part') {
      const { total } = continuation.range;
      if (total !== null) this.#end ??= total - 1;
    }
    this.#known = continuation.kind === 'whole' ? (representation as Representation).start + this.#given : 0;
    this.#response = response;
    this.#chunks = null;
  }

  #rest(offset: number, { validator }: Representation): Request {
    const last = this.#setup.request.headers.has('range') ? String(this.#end ?? '') : '';
    return this.#setup.request.with({ headers: { Range: `bytes=${offset}-${last}`, 'If-Range': validator } });
  }

  #announce(error: unknown, delayMs: number): Promise<void> | undefined {
    const { context, request } = this.#setup;
    const reason = error instanceof Error ? error.message : String(error);
    this.#earlier.push({ attempt: this.#earlier.length + 1, reason, status: null, delayMs });
    const attempt = this.#earlier.length + 1;
    context.tracer?.emit('client.retry', { attempt, delay: delayMs, reason, offset: this.#given });
    return context.onRetry?.({ request, attempt, delayMs, reason, error, response: null });
  }

  #incomplete(): ResumeError {
    const reason = `the response ended after ${this.#given} octets, before the end of the representation`;
    return new ResumeError({ reason, request: this.#setup.request });
  }

  #noted(error: unknown, stopped: RetryStop, why: string): unknown {
    const earlier = this.#earlier;
    noteOn(error, { attempts: earlier.length + 1, earlier, stopped, note: `not resumed: ${why}` });
    return error;
  }
}

/** A download as the content of a response that is waited for. */
export class ResumingSource<R extends Streamed> implements BodySource {
  readonly #download: Download<R>;

  constructor(download: Download<R>) {
    this.#download = download;
  }

  get bytesReceived(): number {
    return this.#download.bytesReceived;
  }

  get trailers(): readonly string[] | null {
    return this.#download.trailers;
  }

  next(): Promise<Uint8Array | null> {
    return runAsync(this.#download.next());
  }

  all(): Promise<Uint8Array> {
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      const value = await this.next();
      return value === null ? { done: true, value: undefined } : { done: false, value };
    };
    return collectChunks({ next });
  }

  cancel(reason?: unknown): void {
    this.#download.cancel(reason);
  }
}

/** Octets of the download; null if that is not known. */
function lengthOf(representation: Representation | string, end: number | null): number | null {
  return typeof representation === 'string' || end === null ? null : end - representation.start + 1;
}
