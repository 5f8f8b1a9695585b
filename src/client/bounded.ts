import { AbortError } from '../errors/abort-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import { TotalTimeout } from '../errors/total-timeout.ts';
import { type BodySource, collectSource } from '../message/body-source.ts';
import type { Request } from '../message/request.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { abortReason } from '../transport/exchange-errors.ts';
import type { Transport, TransportContext } from '../transport/transport.ts';
import { MAX_DELAY } from '../models/timeout.ts';

/**
 * Milliseconds for which a wait that is bounded at several levels is left to the innermost: it knows what it waited
 * for, and has something to clean up.
 */
const GRACE = 10;

/** What bounds a request in time. */
export type Bounds = Pick<TransportContext, 'signal' | 'timeout' | 'totalDeadline'>;

/** Throws if the signal of a request is aborted or its deadline has passed. */
export function checkBounds(request: Request, { signal, totalDeadline, timeout }: Bounds): void {
  if (signal !== null && signal.aborted) throw aborted(signal, request);
  if (totalDeadline !== null && performance.now() >= totalDeadline) throw tooLate(timeout.total, request);
}

/**
 * Has a transport carry a request that may know nothing of signals and deadlines, and holds it and the content of its
 * response to them.
 *
 * @throws InvalidArgument if what the transport gives is not a response
 */
export async function carryBounded(
  transport: Transport,
  request: Request,
  context: TransportContext,
): Promise<StreamResponse> {
  checkBounds(request, context);
  const answer = checkedAnswer(transport, request, context);
  if (!isBounded(context)) return answer;
  const response = await race(answer, request, context, 0, (error) => cancelLate(answer, error));
  return boundedBody(response, request, context);
}

/**
 * Gives up the wait for a response when the signal or the deadline says so, a moment after everybody who takes part
 * in it has been told. A response that comes later is cancelled.
 *
 * @param onGivenUp called then, with the error
 */
export function bounded(
  answer: Promise<StreamResponse>,
  request: Request,
  context: TransportContext,
  onGivenUp: (error: Error) => void,
): Promise<StreamResponse> {
  if (!isBounded(context)) return answer;
  return race(answer, request, context, GRACE, (error) => {
    onGivenUp(error);
    cancelLate(answer, error);
  });
}

/** The same response, with a content that fails when the signal or the deadline says so. */
export function boundedBody(
  response: StreamResponse,
  request: Request,
  context: TransportContext,
): StreamResponse {
  // What has been read, or given up, cannot keep anybody waiting.
  if (!isBounded(context) || response.isClosed) return response;
  const source = new BoundedSource(response, request, context);
  return new StreamResponse(response.status, null, { context: response.context, source });
}

function cancelLate(answer: Promise<StreamResponse>, error: Error): void {
  answer.then(
    (late) => late.cancel(error),
    () => {},
  );
}

function isBounded({ signal, totalDeadline }: TransportContext): boolean {
  return signal !== null || totalDeadline !== null;
}

async function checkedAnswer(
  transport: Transport,
  request: Request,
  context: TransportContext,
): Promise<StreamResponse> {
  const answer: unknown = await transport.handle(request, context);
  if (answer instanceof StreamResponse) return answer;
  throw new InvalidArgument(
    "The handle() of a transport must resolve to a StreamResponse; make one with 'new StreamResponse()'.",
  );
}

/** What `work` comes to, or the error of the signal or the deadline if that is first, `grace` milliseconds later. */
function race<T>(
  work: Promise<T>,
  request: Request,
  { signal, totalDeadline, timeout }: TransportContext,
  grace: number,
  onGivenUp: (error: Error) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const giveUp = (error: Error): void => {
      release();
      reject(error);
      onGivenUp(error);
    };
    const onAbort = (): void => {
      clearTimeout(timer);
      if (grace === 0) giveUp(aborted(signal!, request));
      else timer = setTimeout(() => giveUp(aborted(signal!, request)), grace);
    };
    const onTime = (): void => {
      const left = totalDeadline! + grace - performance.now();
      if (left > 0) timer = setTimeout(onTime, Math.min(left, MAX_DELAY));
      else giveUp(tooLate(timeout.total, request));
    };
    work.then(
      (result) => {
        release();
        resolve(result);
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    if (totalDeadline !== null) onTime();
  });
}

function aborted(signal: AbortSignal, request: Request): AbortError {
  const cause: unknown = signal.reason;
  return new AbortError({ reason: abortReason(cause), request, cause });
}

function tooLate(total: number | null, request: Request): TotalTimeout {
  return new TotalTimeout({ reason: `not finished within ${total} ms`, request });
}

/** The content of another response, for whose next piece nobody waits longer than the request may take. */
class BoundedSource implements BodySource {
  readonly #response: StreamResponse;
  readonly #request: Request;
  readonly #context: TransportContext;
  #chunks: AsyncGenerator<Uint8Array, void, undefined> | null = null;
  #hasEnded = false;
  #failPending: ((error: Error) => void) | null = null;

  constructor(response: StreamResponse, request: Request, context: TransportContext) {
    this.#response = response;
    this.#request = request;
    this.#context = context;
  }

  get bytesReceived(): number {
    return this.#response.bytesReceived;
  }

  get trailers(): readonly string[] | null {
    return this.#hasEnded ? this.#response.trailers.wire : null;
  }

  async next(): Promise<Uint8Array | null> {
    if (this.#hasEnded) return null;
    try {
      checkBounds(this.#request, this.#context);
    } catch (error) {
      void this.#response.cancel(error);
      throw error;
    }
    this.#chunks ??= this.#response.iterRaw();
    const { done, value } = await race(
      this.#cancellable(this.#chunks.next()),
      this.#request,
      this.#context,
      0,
      (error) => void this.#response.cancel(error),
    );
    if (done !== true) return value;
    this.#hasEnded = true;
    return null;
  }

  all(): Promise<Uint8Array> {
    return collectSource(this);
  }

  cancel(reason?: unknown): void {
    void this.#response.cancel(reason);
    this.#failPending?.(new StreamClosed('The response has been closed while its content was being read.'));
  }

  upgrade(): ReturnType<StreamResponse['upgrade']> {
    return this.#response.upgrade();
  }

  /** A generator that hangs does not notice that it is given up. */
  #cancellable<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#failPending = reject;
      work.then(resolve, reject);
    });
  }
}
