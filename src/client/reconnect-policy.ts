import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type Backoff, resolveBackoff } from './backoff.ts';
import { checkCount, checkNames } from './check-policy.ts';

/** When and how a stream of events that has ended is opened again. */
export interface ReconnectPolicy {
  /** Attempts in a row that bring no event; no limit by default. */
  readonly max: number;
  /** Whether a stream that the server ends in good order is opened again, as a browser does it; true by default. */
  readonly onEnd: boolean;
  /** Statuses that are no end of it, once a connection has worked: 429, 502, 503, 504 by default. */
  readonly statuses: readonly number[];
  /**
   * The waits: 3 seconds at first, unless the server asks for another reconnection time, and up to a minute. With
   * jitter (`full`) a wait is anything between the one before it and itself, so never less than the server asks for.
   */
  readonly backoff: Backoff;
}

/** What to change of a policy. */
export interface ReconnectOptions {
  readonly max?: number | undefined;
  readonly onEnd?: boolean | undefined;
  readonly statuses?: readonly number[] | undefined;
  readonly backoff?: Partial<Backoff> | undefined;
}

/** True and false switch it on and off. */
export type ReconnectInit = ReconnectOptions | boolean | null;

const DEFAULT_POLICY: ReconnectPolicy = Object.freeze({
  max: Infinity,
  onEnd: true,
  statuses: [429, 502, 503, 504],
  backoff: Object.freeze({ baseMs: 3000, maxMs: 60_000, factor: 2, jitter: 'full' } as const),
});

/**
 * The policy that an option stands for; null means that the stream is opened once.
 *
 * @throws InvalidArgument if it is none
 */
export function resolveReconnect(init: ReconnectInit): ReconnectPolicy | null {
  if (init === null || init === false) return null;
  if (init === true) return DEFAULT_POLICY;
  if (typeof init !== 'object')
    throw new InvalidArgument(
      `'reconnect' must be true, false, a policy, or null, not ${describeValue(init)}.`,
    );
  checkNames('reconnect', init, Object.keys(DEFAULT_POLICY));
  const { max = DEFAULT_POLICY.max, onEnd = true, statuses = DEFAULT_POLICY.statuses, backoff = {} } = init;
  if (typeof onEnd !== 'boolean')
    throw new InvalidArgument(`'reconnect.onEnd' must be true or false, not ${describeValue(onEnd)}.`);
  if (!Array.isArray(statuses) || !statuses.every((status) => Number.isInteger(status)))
    throw new InvalidArgument("'reconnect.statuses' must be a list of statuses.");
  return {
    max: checkCount('reconnect.max', max, 0),
    onEnd,
    statuses: [...(statuses as number[])],
    backoff: resolveBackoff('reconnect.backoff', backoff, DEFAULT_POLICY.backoff),
  };
}

/**
 * Milliseconds to wait.
 *
 * @param asked the reconnection time of the server, which takes the place of the base
 * @param failures attempts in a row that have brought no event, the coming one included
 */
export function reconnectDelay(
  { backoff }: ReconnectPolicy,
  asked: number | null,
  failures: number,
  random: () => number = Math.random,
): number {
  const { factor, jitter } = backoff;
  const least = asked ?? backoff.baseMs;
  const most = Math.max(backoff.maxMs, least);
  const computed = Math.min(least * factor ** (failures - 1), most);
  if (jitter === 'none') return computed;
  return Math.round(computed + (Math.min(computed * factor, most) - computed) * random());
}
