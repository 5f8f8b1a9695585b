import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../fixtures/leak-guard.ts';
import type { ScriptedServer } from '../../fixtures/scripted-server.ts';
import { startScriptedServer } from '../../fixtures/scripted-server.ts';
import { silentContext } from '../../fixtures/transport-context.ts';
import { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { cancelWhenDropped, keepWhenDropped } from './dropped-responses.ts';
import { HTTPTransport } from './http-transport.ts';

const defer = guardAgainstLeaks();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('what nobody can reach any more is cancelled, unless that was revoked', async () => {
  const cancelled: string[] = [];
  const source = (name: string) => ({ cancel: () => void cancelled.push(name) });
  const revoked = {};
  cancelWhenDropped({ big: new Uint8Array(1000) }, source('dropped'), {});
  cancelWhenDropped({ big: new Uint8Array(1000) }, source('revoked'), revoked);
  const kept = {};
  cancelWhenDropped(kept, source('kept'), {});
  keepWhenDropped(revoked);
  for (let i = 0; i < 50 && cancelled.length === 0; i++) {
    collectGarbage();
    await turn();
  }
  expect([cancelled, kept]).toEqual([['dropped'], {}]);
});

async function serve(reply: string): Promise<ScriptedServer> {
  const server = await startScriptedServer(async (peer) => {
    await peer.readHead();
    await peer.send(reply);
    // More than any buffer takes, so that no end of the body frees the connection.
    await peer.send(Buffer.alloc(2_000_000)).catch(() => {});
    await peer.closed;
  });
  defer(() => server.close());
  return server;
}

/** Gets a response, and keeps no more of it than what `take` takes. */
async function open<T>(
  server: ScriptedServer,
  take: (response: StreamResponse) => T,
  headers: Record<string, string> = {},
): Promise<{ readonly transport: HTTPTransport; readonly taken: T }> {
  const transport = new HTTPTransport();
  defer(() => transport.close());
  const response = await transport.handle(
    new Request('GET', server.url(), { headers }),
    silentContext({ delivery: 'stream' }),
  );
  return { transport, taken: take(response) };
}

async function collectUntil(isSo: () => boolean, attempts = 200): Promise<void> {
  for (let i = 0; i < attempts && !isSo(); i++) {
    collectGarbage();
    await turn();
  }
}

test('a response that nobody reads lets go of its connection when it is forgotten', async () => {
  const server = await serve('HTTP/1.1 200 OK\r\n\r\n');
  const { transport, taken } = await open(server, ({ status }) => status);
  expect(taken).toBe(200);
  await server.untilOpen(1);
  await collectUntil(() => transport.stats.connections === 0);
  expect(transport.stats).toMatchObject({ connections: 0, active: 0 });
  await server.untilOpen(0);
});

test('one of which only the content is held does not', async () => {
  const server = await serve('HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n');
  const { transport, taken: chunks } = await open(server, (response) => response.iterBytes());
  await collectUntil(() => transport.stats.connections === 0, 30);
  let length = 0;
  for await (const chunk of chunks) length += chunk.length;
  expect(length).toBe(2_000_000);
});

test('nor one whose connection was taken', async () => {
  const server = await startScriptedServer(async (peer) => {
    await peer.readHead();
    await peer.send('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    await peer.send(await peer.readSome());
    await peer.closed;
  });
  defer(() => server.close());
  const { transport, taken: duplex } = await open(server, (response) => response.upgrade(), { Upgrade: 'x' });
  await collectUntil(() => transport.stats.connections === 0, 30);
  duplex.write('echo');
  expect(String(await new Promise((resolve) => duplex.once('data', resolve)))).toBe('echo');
  duplex.destroy();
  await server.untilOpen(0);
});
