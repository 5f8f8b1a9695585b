import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import { isToken } from '../models/field-syntax.ts';
import { type Backoff, DEFAULT_BACKOFF, resolveBackoff } from './backoff.ts';
import { checkCount, checkNames, checkNumber } from './check-policy.ts';
import { RetryBudget, type RetryBudgetInit } from './retry-budget.ts';
import { isTransient } from './transient.ts';

/** When and how a request is sent again. */
export interface RetryPolicy {
  /** Attempts in all, the first one included; 3 by default. */
  readonly attempts: number;
  /**
   * Methods that may be sent twice; the idempotent ones by default (RFC 9110 §9.2.2). A request with an
   * `Idempotency-Key` may be too, whatever its method; and any request that has not been sent at all.
   */
  readonly methods: readonly string[];
  /** Statuses that ask for another attempt: 408, 429, 500, 502, 503, 504 by default. */
  readonly statuses: readonly number[];
  /** Which errors do; by default failures of the network, timeouts, and a server that breaks off. */
  readonly errors: (error: unknown, request: Request) => boolean;
  readonly backoff: Backoff;
  /**
   * The longest wait that a server may ask for by `Retry-After` or the reset of a quota, in milliseconds; 60,000 by
   * default. If it wants a longer one the response is given as it is. 0 pays no attention to what servers ask for.
   */
  readonly maxRetryAfterMs: number;
  /** Bounds the retries of a client to a share of its requests; null for no bound. */
  readonly budget: RetryBudget | null;
  /**
   * Attempts to open a connection after one that failed, whatever the method: 0 by default. The waits are 0, 0.5, 1,
   * 2, 4 … seconds.
   */
  readonly connect: number;
}

/** What to change of a policy. */
export interface RetryOptions {
  readonly attempts?: number | undefined;
  readonly methods?: readonly string[] | undefined;
  readonly statuses?: readonly number[] | undefined;
  readonly errors?: ((error: unknown, request: Request) => boolean) | undefined;
  readonly backoff?: Partial<Backoff> | undefined;
  readonly maxRetryAfterMs?: number | undefined;
  /** A request can be given another budget only as a {@link RetryBudget}. */
  readonly budget?: RetryBudget | RetryBudgetInit | null | undefined;
  readonly connect?: number | undefined;
}

/** A number of retries beyond the first attempt, or a policy; null and 0 switch retries off. */
export type RetryInit = RetryOptions | number | null;

const DEFAULT_ATTEMPTS = 3;

const BASE: Omit<RetryPolicy, 'budget'> = Object.freeze({
  attempts: 1,
  methods: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'QUERY', 'TRACE'],
  statuses: [408, 429, 500, 502, 503, 504],
  errors: isTransient,
  backoff: DEFAULT_BACKOFF,
  maxRetryAfterMs: 60_000,
  connect: 0,
});

const NAMES = [...Object.keys(BASE), 'budget'];

/**
 * The policy that an option stands for; null means that nothing is sent twice. An object that speaks of `connect` alone
 * leaves the number of attempts at one.
 *
 * @param inherited the policy of the client, which the option changes
 * @param budget what retries are paid from unless the option says otherwise
 * @throws InvalidArgument if it is none
 */
export function resolveRetry(
  init: RetryInit | undefined,
  inherited: RetryPolicy | null,
  budget: RetryBudget,
): RetryPolicy | null {
  if (init === undefined) return inherited;
  if (init === null || init === 0) return null;
  const base = inherited ?? { ...BASE, budget };
  if (typeof init === 'number') {
    return { ...base, attempts: checkCount('retry', init, 0) + 1 };
  }
  if (typeof init !== 'object' || Array.isArray(init)) {
    throw new InvalidArgument(
      `'retry' must be a number of retries, a policy, or null, not ${describeValue(init)}.`,
    );
  }
  checkNames('retry', init, NAMES);
  const { connect = base.connect, maxRetryAfterMs = base.maxRetryAfterMs, errors = base.errors } = init;
  if (typeof errors !== 'function')
    throw new InvalidArgument(`'retry.errors' must be a function, not ${describeValue(errors)}.`);
  return {
    attempts: checkCount('retry.attempts', init.attempts ?? attemptsFor(init, inherited), 1),
    methods: init.methods === undefined ? base.methods : checkMethods(init.methods),
    statuses: init.statuses === undefined ? base.statuses : checkStatuses(init.statuses),
    errors,
    backoff:
      init.backoff === undefined ? base.backoff : resolveBackoff('retry.backoff', init.backoff, base.backoff),
    maxRetryAfterMs: checkNumber('retry.maxRetryAfterMs', maxRetryAfterMs, 0),
    budget: init.budget === undefined ? base.budget : budgetOf(init.budget),
    connect: checkCount('retry.connect', connect, 0),
  };
}

function attemptsFor(init: RetryOptions, inherited: RetryPolicy | null): number {
  if (inherited !== null && inherited.attempts > 1) return inherited.attempts;
  const named = Object.entries(init).filter(([, value]) => value !== undefined);
  const isConnectAlone = named.length === 1 && named[0]![0] === 'connect';
  return isConnectAlone ? 1 : DEFAULT_ATTEMPTS;
}

function budgetOf(init: RetryBudget | RetryBudgetInit | null): RetryBudget | null {
  return init === null || init instanceof RetryBudget ? init : new RetryBudget(init);
}

/**
 * Refuses a budget that would be made for one request: it would bound nothing.
 *
 * @throws InvalidArgument
 */
export function checkRequestBudget(init: RetryInit | undefined): void {
  if (typeof init !== 'object' || init === null) return;
  const { budget } = init;
  if (budget == null || budget instanceof RetryBudget) return;
  throw new InvalidArgument(
    "'retry.budget' of a request must be a RetryBudget, which requests share, or null; numbers belong to the client.",
  );
}

function checkMethods(methods: readonly string[]): readonly string[] {
  if (!Array.isArray(methods) || methods.some((name) => typeof name !== 'string' || !isToken(name)))
    throw new InvalidArgument("'retry.methods' must be a list of methods.");
  return methods.map((name: string) => name.toUpperCase());
}

function checkStatuses(statuses: readonly number[]): readonly number[] {
  if (!Array.isArray(statuses) || !statuses.every(isStatus))
    throw new InvalidArgument("'retry.statuses' must be a list of whole numbers from 100 to 999.");
  return [...statuses];
}

function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 999;
}
