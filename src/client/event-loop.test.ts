import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startHTTPServer } from '../../fixtures/http-server.ts';
import { guardAgainstLeaks } from '../../fixtures/leak-guard.ts';
import { reply, startReplyServer } from '../../fixtures/reply-server.ts';
import { Client } from './client.ts';

const defer = guardAgainstLeaks();
const MIB = 1024 * 1024;

/** Counts the turns that other work of the program has until some work is done. */
async function turnsDuring<T>(work: Promise<T>): Promise<{ turns: number; result: T }> {
  let turns = 0;
  let timer = setImmediate(function turn() {
    turns++;
    timer = setImmediate(turn);
  });
  try {
    const result = await work;
    return { turns, result };
  } finally {
    clearImmediate(timer);
  }
}

// Node reads a socket up to 32 times, of 64 KiB each, before anything else has its turn.
const LEAST_TURNS = 64 / 2;

test('has its turns while a large body comes', async () => {
  const server = await startHTTPServer();
  const client = new Client();
  defer(() => server.close());
  defer(() => client.close());
  const { turns, result } = await turnsDuring(client.get(server.url(`/bytes/${64 * MIB}?seed=7`)));
  expect(result.bytes.length).toBe(64 * MIB);
  expect(turns).toBeGreaterThanOrEqual(LEAST_TURNS);
});

test('has its turns while a large body is decoded', async () => {
  const coded = gzipSync(Buffer.alloc(64 * MIB, 'some content, over and over. '));
  const server = await startReplyServer(reply(200, [['Content-Encoding', 'gzip']], coded));
  // Content as repetitive as this is taken for a bomb otherwise.
  const client = new Client({ decode: { maxRatio: Infinity } });
  defer(() => server.close());
  defer(() => client.close());
  const { turns, result } = await turnsDuring(client.get(server.url()));
  expect(result.bytes.length).toBe(64 * MIB);
  expect(turns).toBeGreaterThanOrEqual(LEAST_TURNS);
});
