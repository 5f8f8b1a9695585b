/** An attempt that did not satisfy a policy, and after which another one was made. */
export interface RetryAttempt {
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Why it was not good enough: `status 503`, or the message of its error. */
  readonly reason: string;
  /** Status of its response; null if none came. */
  readonly status: number | null;
  /** Milliseconds that were waited before the next attempt. */
  readonly delayMs: number;
}

/**
 * Why an outcome that asks for another attempt was left as it is: `attempts` are used up, the `method` is not one that may be
 * sent twice, the `body` cannot be sent
 * again, the `budget` of the client is spent, the `total` timeout would pass, the server wants a longer wait than is
 * allowed (`retry-after`), or the response cannot be resumed (`representation`).
 */
export type RetryStop =
  | 'attempts'
  | 'body'
  | 'budget'
  | 'method'
  | 'representation'
  | 'retry-after'
  | 'total';

/** What a policy of retries has done for a request. */
export interface RetryReport {
  /** Attempts made in all. */
  readonly attempts: number;
  /** Those before the last one, oldest first. */
  readonly earlier: readonly RetryAttempt[];
  /** Null if the policy is content with the last attempt, or has nothing to say about its failure. */
  readonly stopped: RetryStop | null;
  /** `stopped` in words, and what to do about it; empty if it is null. */
  readonly note: string;
}
