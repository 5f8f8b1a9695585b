import type { Request } from '../message/request.ts';
import type { Streamed } from './send-mode.ts';
import type { Steps } from '../body/steps.ts';

/** Lets go of what the steps need, when their response is over or they fail. */
export function* released<R extends Streamed>(steps: Steps<R>, release: () => void): Steps<R> {
  try {
    const response = yield* steps;
    response.onceClosed(release);
    return response;
  } catch (error) {
    release();
    throw error;
  }
}

/** A body that nobody has opened until the response is over will not be opened any more. */
export function* letGoAfter<R extends Streamed>(steps: Steps<R>, request: Request): Steps<R> {
  const response = yield* steps;
  response.onceClosed(() => letGo(request));
  return response;
}

/**
 * Releases the body of a request, unless it has been opened. Nobody waits for it, and what its source has to say
 * about that concerns nobody any more: the outcome of the request is there.
 */
export function letGo(request: Request, reason?: unknown): void {
  const { payload } = request;
  request.stopReading(reason);
  payload?.cancel?.(reason).catch(() => {});
}
