import type { Request } from '../message/request.ts';
import type { TransportContext } from '../transport/transport.ts';
import type { SendMode, Streamed } from './send-mode.ts';
import type { Steps } from '../body/steps.ts';
import { isUnsent } from './transient.ts';
import { MAX_DELAY } from '../models/timeout.ts';

/** Milliseconds that the second wait takes; each one after it takes twice as long. */
const SECOND_WAIT = 500;

/**
 * Has a request carried again when no connection could be opened, for it has not been sent then: its method does not
 * matter, and neither does its body.
 *
 * @param carry carries the request once
 * @param retries how often it may be carried again
 */
export function* carryWithConnectRetries<R extends Streamed>(
  carry: () => Promise<R> | R,
  retries: number,
  request: Request,
  context: TransportContext,
  { pause }: Pick<SendMode<R>, 'pause'>,
): Steps<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (yield carry()) as R;
    } catch (error) {
      const delayMs = connectDelay(attempt);
      if (attempt > retries || !isUnsent(error) || !hasTime(delayMs, context)) throw error;
      const reason = error.message;
      context.tracer?.emit('connection.retry', { attempt: attempt + 1, delay: delayMs, reason });
      yield context.onRetry?.({ request, attempt: attempt + 1, delayMs, reason, error, response: null });
      yield pause(delayMs, request, context);
    }
  }
}

/** 0, 0.5, 1, 2, 4 … seconds. */
export function connectDelay(failures: number): number {
  return failures === 1 ? 0 : Math.min(SECOND_WAIT * 2 ** (failures - 2), MAX_DELAY);
}

function hasTime(delayMs: number, { totalDeadline }: TransportContext): boolean {
  return totalDeadline === null || performance.now() + delayMs < totalDeadline;
}
