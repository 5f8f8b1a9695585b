import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentContext } from '../../fixtures/transport-context.ts';
import { ConnectError } from '../errors/connect-error.ts';
import { ReadError } from '../errors/read-error.ts';
import { Request } from '../message/request.ts';
import { StreamResponse } from '../message/stream-response.ts';
import type { RetryEvent, TransportContext } from '../transport/transport.ts';
import { carryWithConnectRetries, connectDelay } from './connect-retries.ts';
import { Pauses } from './pause.ts';
import { runAsync } from '../body/steps.ts';

const request = new Request('POST', 'http://h/');
const refused = new ConnectError({ reason: 'refused', request });
const CONTEXT = silentContext({ delivery: 'stream' });

/** Runs with failures in turn, then a response; gives the outcome and when each attempt was made. */
async function run(
  failures: readonly Error[],
  retries: number,
  context: Partial<TransportContext> = {},
): Promise<{ readonly outcome: unknown; readonly times: number[] }> {
  const times: number[] = [];
  const begin = Date.now();
  const carry = (): Promise<StreamResponse> => {
    const failure = failures[times.push(Date.now() - begin) - 1];
    return failure === undefined ? Promise.resolve(new StreamResponse(200)) : Promise.reject(failure);
  };
  const pauses = new Pauses();
  const given = { ...CONTEXT, ...context };
  const tools = { pause: pauses.wait.bind(pauses) };
  const work = runAsync(carryWithConnectRetries(carry, retries, request, given, tools)).then(
    ({ status }) => status,
    (error: unknown) => error,
  );
  await vi.runAllTimersAsync();
  return { outcome: await work, times };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('0, 0.5, 1, 2, 4 … seconds', async () => {
  expect([1, 2, 3, 4, 5, 100].map(connectDelay)).toEqual([0, 500, 1000, 2000, 4000, 0x7fffffff]);
  const { outcome, times } = await run(
    Array.from({ length: 4 }, () => refused),
    9,
  );
  expect([outcome, times]).toEqual([200, [0, 0, 500, 1500, 3500].map((time) => expect.closeTo(time, -1))]);
});

test('other failures, and one too many, come out as they are', async () => {
  const broken = new ReadError({ reason: 'reset', request });
  expect(await run([refused, broken], 5)).toMatchObject({ outcome: broken, times: { length: 2 } });
  expect(await run([refused, refused, refused], 2)).toMatchObject({ outcome: refused, times: { length: 3 } });
});

test('hooks hear of it; no wait goes beyond the total timeout', async () => {
  const events: RetryEvent[] = [];
  const onRetry = async (event: RetryEvent): Promise<void> => void events.push(event);
  const totalDeadline = performance.now() + 400;
  const { outcome } = await run([refused, refused], 5, { onRetry, totalDeadline });
  expect(outcome).toBe(refused);
  expect(events).toEqual([
    { request, attempt: 2, delayMs: 0, reason: refused.message, error: refused, response: null },
  ]);
});
