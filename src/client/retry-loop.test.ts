import { describe, expect, test } from 'vitest';
import { MockTransport } from '../transport/mock-transport.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { ReadError } from '../errors/read-error.ts';
import { Client } from './client.ts';
import type { RetryOptions } from './retry-policy.ts';

type Answer = Error | Response | StreamResponse | number;

/** A client over a transport that gives these answers in turn, and the last one from then on. */
function clientWith(answers: readonly Answer[], retry: RetryOptions): { client: Client; sent: () => number } {
  let sent = 0;
  const transport = new MockTransport(() => {
    const answer = answers[Math.min(sent++, answers.length - 1)]!;
    if (answer instanceof Error) throw answer;
    return typeof answer === 'number' ? new Response(answer) : answer;
  });
  return { client: new Client({ transport, retry: { backoff: { baseMs: 0 }, ...retry } }), sent: () => sent };
}

describe('the outcome', () => {
  test('a response that is good enough has a report too', async () => {
    const { client } = clientWith([200], {});
    expect((await client.get('http://h/')).retries).toEqual({
      attempts: 1,
      earlier: [],
      stopped: null,
      note: '',
    });
  });

  test('an error carries the report where people see it, and only if there is something to tell', async () => {
    const broken = new ReadError({ reason: 'reset' });
    const { client } = clientWith([broken], { attempts: 2 });
    const error: unknown = await client.get('http://h/').catch((reason: unknown) => reason);
    expect(error).toBe(broken);
    expect(Object.keys(broken)).toContain('retries');
    expect(broken.retries).toMatchObject({
      attempts: 2,
      stopped: 'attempts',
      note: 'gave up after 2 attempts',
    });
    const other = new ReadError({ reason: 'reset' });
    await clientWith([other], { attempts: 1, connect: 1 })
      .client.get('http://h/')
      .catch(() => {});
    expect('retries' in other).toBe(false);
    const foreign = new Error('of a program');
    await expect(clientWith([foreign], {}).client.get('http://h/')).rejects.toBe(foreign);
    expect('retries' in foreign).toBe(false);
  });

  test('errors of programs may be retried, with or without a message', async () => {
    const { client, sent } = clientWith([new RangeError(), 200], {
      errors: (error) => error instanceof RangeError,
    });
    const { retries } = await client.get('http://h/');
    expect([sent(), retries?.earlier[0]?.reason]).toEqual([2, 'an error without a message']);
  });

  test('a predicate that throws ends it', async () => {
    const errors = (): never => {
      throw new TypeError('of the predicate');
    };
    await expect(
      clientWith([new ReadError({ reason: 'x' })], { errors }).client.get('http://h/'),
    ).rejects.toThrow(TypeError);
  });
});

test('a streamed response that is not wanted is over before the next attempt', async () => {
  const first = new StreamResponse(503, { body: 'busy' });
  const { client, sent } = clientWith([first, 200], {});
  await using response = await client.stream('GET', 'http://h/');
  expect([response.status, first.isClosed, sent()]).toEqual([200, true, 2]);
});

test('an auth flow sees the last attempt alone', async () => {
  const { client, sent } = clientWith([503, 401, 503, 200], { attempts: 2 });
  const seen: number[] = [];
  const response = await client.get('http://h/', {
    auth: {
      *flow(request) {
        seen.push((yield request).status);
        seen.push((yield request).status);
      },
    },
  });
  expect([response.status, seen, sent()]).toEqual([200, [401, 200], 4]);
});
