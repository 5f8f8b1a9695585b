import { expect, test } from 'vitest';
import { isConnecting } from './dispatcher-stats.ts';

const origin = 'http://example.com';
const pool = { connected: 0, free: 0, pending: 1, queued: 0, running: 0, size: 1 };
const client = { connected: false, pending: 1, running: 0, size: 1 };

test.each([
  ['a pool without a queue', { stats: pool }, true],
  ['a pool with a queue', { stats: { ...pool, queued: 1 } }, false],
  ['a client that has no connection yet', { stats: client }, true],
  ['a client that has one', { stats: { ...client, connected: true } }, false],
  ['an agent', { stats: { [origin]: pool, 'http://other.test': { ...pool, queued: 1 } } }, true],
  ['an agent with a queue', { stats: { [origin]: { ...pool, queued: 1 } } }, false],
  ['one that does not tell', {}, false],
])('%s', (_name, dispatcher, expected) => {
  expect(isConnecting(dispatcher, origin)).toBe(expected);
});
