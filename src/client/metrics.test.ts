import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { AbortError } from '../errors/abort-error.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { Client } from './client.ts';
import { ClientMetrics, resolveMetrics } from './metrics.ts';

test('what an option stands for', () => {
  for (const off of [undefined, null, false] as const) expect(resolveMetrics(off)).toBeNull();
  const metrics = new ClientMetrics();
  expect(resolveMetrics(metrics)).toBe(metrics);
  expect(resolveMetrics(true)).toBeInstanceOf(ClientMetrics);
  expect(resolveMetrics({ buckets: [5] })!.snapshot().timings.total.buckets).toEqual([[5, 0]]);
});

test('exchanges that fail, in the transport or behind it, are not in flight any more', async () => {
  let answer: () => Response | StreamResponse = () => {
    throw new AbortError({ reason: 'x' });
  };
  const client = new Client({
    metrics: true,
    transport: new MockTransport(() => answer()),
    hooks: {
      response: [
        ({ status }) => {
          if (status === 500) throw new RangeError('of the hook');
        },
      ],
    },
  });
  const { metrics } = client;
  await expect(client.get('http://h/')).rejects.toThrow(AbortError);
  answer = () => new Response(500);
  await expect(client.get('http://h/')).rejects.toThrow(RangeError);
  answer = () => new StreamResponse(999, { body: 'abc' });
  const response = await client.stream('GET', 'http://h/');
  expect(metrics!.snapshot()).toMatchObject({ inFlight: 1, bytesReceived: 0 });
  await response.read();
  expect(metrics!.snapshot()).toMatchObject({
    requests: 3,
    exchanges: 3,
    inFlight: 0,
    bytesReceived: 3,
    responses: { '5xx': 1, other: 1 },
    errors: { ERR_ABORTED: 1, other: 1 },
  });
});

test('a reset leaves what describes this moment', async () => {
  const metrics = new ClientMetrics();
  metrics.started('GET');
  metrics.reset();
  expect(metrics.snapshot()).toMatchObject({ exchanges: 0, inFlight: 1, methods: {} });
});

test('progress of an upload: each exchange counts from its beginning', () => {
  const metrics = new ClientMetrics();
  const seen: number[] = [];
  const listener = metrics.counting(({ transferred }) => void seen.push(transferred));
  for (const transferred of [10, 30, 5, 6]) listener({ transferred, total: null });
  expect([metrics.snapshot().bytesSent, seen]).toEqual([36, [10, 30, 5, 6]]);
});

test('what people see of it', () => {
  expect(inspect(new ClientMetrics())).toMatch(/^ClientMetrics \{\s+requests: 0,/);
});
