import { ClientClosed } from '../errors/client-closed.ts';
import { HTTPError } from '../errors/http-error.ts';
import { TotalTimeout } from '../errors/total-timeout.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { RetryAttempt, RetryReport, RetryStop } from '../models/retry-report.ts';
import type { TransportContext } from '../transport/transport.ts';
import { backoffDelay } from './backoff.ts';
import { retryAfterOf } from './retry-after.ts';
import type { RetryPolicy } from './retry-policy.ts';
import type { SendMode, Streamed } from './send-mode.ts';
import type { Steps } from '../body/steps.ts';
import { isUnsent } from './transient.ts';

/** What came of one attempt: one of the two is there. */
interface Outcome<R> {
  readonly response: R | null;
  readonly error: unknown;
}

/** Another attempt after a wait, or why there is none. */
type Verdict =
  | { readonly kind: 'again'; readonly delayMs: number }
  | { readonly kind: 'stop'; readonly stopped: RetryStop | null; readonly note: string };

/**
 * Sends a request as often as a policy allows, until it is content with what comes of it. The last outcome is what the
 * caller gets, with a report; a response that is not the last one is read or cancelled.
 *
 * @param attempt sends the request once
 */
export function* sendWithRetries<R extends Streamed>(
  attempt: (request: Request) => Steps<R>,
  request: Request,
  policy: RetryPolicy,
  context: TransportContext,
  { pause, discard }: Pick<SendMode<R>, 'discard' | 'pause'>,
): Steps<R> {
  const earlier: RetryAttempt[] = [];
  policy.budget?.earn();
  for (let number = 1; ; number++) {
    const outcome: Outcome<R> = yield* outcomeOf(attempt(request));
    const { response, error } = outcome;
    const reason = reasonOf(outcome, request, policy, context) ?? '';
    const verdict = reason === '' ? CONTENT : judge(outcome, request, policy, context, number);
    if (verdict.kind === 'stop') {
      const { stopped, note } = verdict;
      return settle(outcome, { attempts: number, earlier, stopped, note });
    }
    const { delayMs } = verdict;
    earlier.push({ attempt: number, reason, status: response?.status ?? null, delayMs });
    context.tracer?.emit('client.retry', { attempt: number + 1, delay: delayMs, reason });
    try {
      const told = response as unknown as StreamResponse | null;
      yield context.onRetry?.({ request, attempt: number + 1, delayMs, reason, error, response: told });
      if (response !== null) void discard(response);
      yield pause(delayMs, request, context);
    } finally {
      yield response?.cancel();
    }
  }
}

const CONTENT = { kind: 'stop', stopped: null, note: '' } as const;

function stop(stopped: RetryStop, note: string): Verdict {
  return { kind: 'stop', stopped, note };
}

function* outcomeOf<R>(work: Steps<R>): Steps<Outcome<R>> {
  try {
    return { response: yield* work, error: null };
  } catch (error) {
    return { response: null, error };
  }
}

/** Why an outcome asks for another attempt; null if it does not. */
function reasonOf(
  { response, error }: Outcome<Streamed>,
  request: Request,
  { statuses, errors }: RetryPolicy,
  { signal }: TransportContext,
): string | null {
  if (response !== null) return statuses.includes(response.status) ? `status ${response.status}` : null;
  if (signal?.aborted === true || error instanceof TotalTimeout || error instanceof ClientClosed) return null;
  if (!errors(error, request)) return null;
  return (error instanceof Error ? error.message : String(error)) || 'an error without a message';
}

function judge(
  { response, error }: Outcome<Streamed>,
  request: Request,
  policy: RetryPolicy,
  { totalDeadline, timeout }: TransportContext,
  number: number,
): Verdict {
  const { attempts, methods, backoff, maxRetryAfterMs, budget } = policy;
  if (number >= attempts) {
    // One attempt is what everybody gets who has not asked for more.
    return stop('attempts', attempts === 1 ? '' : `gave up after ${attempts} attempts`);
  }
  const isFresh = isUnsent(error);
  if (!isFresh && !methods.includes(request.method) && !request.headers.has('idempotency-key')) {
    const note = `not sent again: ${request.method} may not be sent twice unless 'retry.methods' names it or there is an Idempotency-Key`;
    return stop('method', note);
  }
  const body = request.payload;
  if (!isFresh && body?.replayable === false) {
    const note = `not sent again: the body is ${body.description}; pass bytes, or a function that makes the content anew each time: content: () => makeContent()`;
    return stop('body', note);
  }
  const asked =
    response === null || maxRetryAfterMs === 0 ? null : retryAfterOf(response.status, response.headers);
  if (asked !== null && asked > maxRetryAfterMs) {
    const note = `not sent again: the server asks for a wait of ${asked} ms, more than 'retry.maxRetryAfterMs' (${maxRetryAfterMs})`;
    return stop('retry-after', note);
  }
  const delayMs = asked !== null && asked > 0 ? asked : backoffDelay(backoff, number);
  if (totalDeadline !== null && performance.now() + delayMs >= totalDeadline) {
    const note = `not sent again: the wait of ${delayMs} ms would outlast the total timeout of ${timeout.total} ms`;
    return stop('total', note);
  }
  if (budget !== null && !budget.spend()) {
    return stop('budget', 'not sent again: the budget for retries is spent');
  }
  return { kind: 'again', delayMs };
}

function settle<R extends Streamed>({ response, error }: Outcome<R>, report: RetryReport): R {
  if (response !== null) {
    response.context.retries = report;
    return response;
  }
  noteOn(error, report);
  throw error;
}

/** Attaches a report to an error that is one of an exchange, if there is something to tell. */
export function noteOn(error: unknown, report: RetryReport): void {
  if (!(error instanceof HTTPError) || (report.attempts === 1 && report.note === '')) return;
  Object.defineProperty(error, 'retries', {
    value: report,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
