import { expect, test } from 'vitest';
import { HTTPTransport } from '../transport/http-transport.ts';
import type { Transport } from '../transport/transport.ts';
import { closeTransports } from './close-transports.ts';
import { ClientMetrics } from './metrics.ts';

function transportOf(close: () => Promise<void>): Transport {
  return { handle: () => Promise.reject(new Error('unused')), close };
}

test('all are closed, also behind one that fails', async () => {
  const closed: number[] = [];
  const failure = new Error('stuck');
  const transports = [1, 2, 3].map((number) =>
    transportOf(() => {
      closed.push(number);
      return number === 3 ? Promise.resolve() : Promise.reject(failure);
    }),
  );
  await expect(closeTransports(new Set(transports), null)).rejects.toMatchObject({
    name: 'CloseError',
    cause: { errors: [failure, failure] },
    message: expect.stringContaining('2 of 3 transports'),
  });
  expect(closed).toEqual([1, 2, 3]);
  await expect(closeTransports(new Set([transports[2]!]), null)).resolves.toBeUndefined();
});

test('metrics keep what a transport has done, and let go of it', async () => {
  const metrics = new ClientMetrics();
  let stats = {
    active: 1,
    connecting: 0,
    connections: 2,
    idle: 1,
    opened: 5,
    reused: 3,
    waited: 1,
    exchanges: 0,
    waiting: 0,
  };
  const owner = {
    get stats() {
      return stats;
    },
  };
  metrics.watch(owner);
  expect(metrics.snapshot().connections).toMatchObject({ active: 1, opened: 5, closed: 3 });
  stats = { ...stats, active: 0, idle: 0, connections: 0 };
  metrics.unwatch(owner);
  stats = { ...stats, opened: 99 };
  metrics.unwatch(owner);
  expect(metrics.snapshot().connections).toMatchObject({
    active: 0,
    opened: 5,
    closed: 5,
    reused: 3,
    waited: 1,
  });
  const transport = new HTTPTransport();
  metrics.watch(transport);
  await closeTransports(new Set([transport]), metrics);
  expect(metrics.snapshot().connections.opened).toBe(5);
});
