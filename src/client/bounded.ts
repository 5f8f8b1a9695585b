import { AbortError } from '../errors/abort-error.ts';
import { TotalTimeout } from '../errors/total-timeout.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { TransportContext } from '../transport/transport.ts';

/**
 * Holds a transport that does not know of them to the signal and the deadline of a request. A response that comes
 * after that is cancelled.
 */
export function bounded(
  answer: Promise<StreamResponse>,
  request: Request,
  context: TransportContext,
): Promise<StreamResponse> {
  const { signal, totalDeadline } = context;
  if (signal === null && totalDeadline === null) return answer;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const giveUp = (error: Error): void => {
      release();
      reject(error);
      answer.then(
        (late) => late.cancel(error),
        () => {},
      );
    };
    const onAbort = (): void => {
      giveUp(new AbortError({ reason: 'the request was aborted', request, cause: signal!.reason }));
    };
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    if (totalDeadline !== null) {
      const reason = `not finished within ${context.timeout.total} ms`;
      timer = setTimeout(
        () => giveUp(new TotalTimeout({ reason, request })),
        Math.max(0, totalDeadline - performance.now()),
      );
    }
    answer.then(
      (response) => {
        release();
        resolve(response);
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}
