import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { TransportContext } from '../transport/transport.ts';
import type { Pauses } from './pause.ts';
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
export async function carryWithConnectRetries(
  carry: () => Promise<StreamResponse>,
  retries: number,
  request: Request,
  context: TransportContext,
  pauses: Pauses,
): Promise<StreamResponse> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await carry();
    } catch (error) {
      const delayMs = connectDelay(attempt);
      if (attempt > retries || !isUnsent(error) || !hasTime(delayMs, context)) throw error;
      const reason = error.message;
      context.tracer?.emit('connection.retry', { attempt: attempt + 1, delay: delayMs, reason });
      await context.onRetry?.({ request, attempt: attempt + 1, delayMs, reason, error, response: null });
      await pauses.wait(delayMs, request, context);
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
