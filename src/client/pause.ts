import { ClientClosed } from '../errors/client-closed.ts';
import type { Request } from '../message/request.ts';
import { MAX_DELAY } from '../models/timeout.ts';
import { type Bounds, checkBounds } from './bounded.ts';

/** The pauses of a client that are under way, so that none outlasts it. */
export class Pauses {
  readonly #sleepers = new Set<(error: Error) => void>();
  #isClosed = false;

  /**
   * Waits.
   *
   * @throws AbortError when the signal is aborted, ClientClosed when the client is closed, at once in both cases
   */
  wait(delayMs: number, request: Request, context: Bounds): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = context;
      const leave = (): void => {
        clearTimeout(timer);
        this.#sleepers.delete(onClosed);
        signal?.removeEventListener('abort', onAbort);
      };
      const onClosed = (error: Error): void => {
        leave();
        reject(error);
      };
      const onAbort = (): void => {
        leave();
        try {
          checkBounds(request, context);
          resolve();
        } catch (error) {
          // oxlint-disable-next-line prefer-promise-reject-errors -- it is the error of the signal
          reject(error);
        }
      };
      // A timer that is given more ends at once, and whoever asked for the longest wait would be asked again all the time.
      const timer = setTimeout(
        () => {
          leave();
          resolve();
        },
        Math.min(delayMs, MAX_DELAY),
      );
      if (this.#isClosed) onClosed(closedError());
      else if (signal?.aborted === true) onAbort();
      else {
        this.#sleepers.add(onClosed);
        signal?.addEventListener('abort', onAbort, { once: true });
      }
    });
  }

  /** Ends every pause, and those that would begin. */
  close(): void {
    this.#isClosed = true;
    for (const wake of this.#sleepers) wake(closedError());
  }
}

function closedError(): ClientClosed {
  return new ClientClosed('The client was closed while a request waited to be sent again.');
}
