import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type PairedSocket, socketPair } from './socket-pair.ts';

function pair(): { readonly client: PairedSocket; readonly server: PairedSocket } {
  const place = { localAddress: '::1', localPort: 1, remoteAddress: '127.0.0.1', remotePort: 2 };
  return socketPair({ ...place, remoteFamily: 'IPv4', encrypted: true });
}

async function textOf(socket: PairedSocket): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) text += String(chunk);
  return text;
}

test('both ends know where they are', () => {
  const { client, server } = pair();
  expect([client.remoteAddress, client.remotePort, client.remoteFamily]).toEqual(['127.0.0.1', 2, 'IPv4']);
  expect([server.remoteAddress, server.remotePort, server.remoteFamily]).toEqual(['::1', 1, 'IPv6']);
  expect([server.localAddress, server.localPort, server.encrypted]).toEqual(['127.0.0.1', 2, true]);
});

test('octets go both ways, and each way ends for itself', async () => {
  const { client, server } = pair();
  client.write('to ');
  client.end('server');
  expect(await textOf(server)).toBe('to server');
  expect(client.destroyed).toBe(false);
  server.end('back');
  expect(await textOf(client)).toBe('back');
});

test('nothing is read within the call that writes', async () => {
  const { client, server } = pair();
  const seen: string[] = [];
  server.on('data', (chunk) => seen.push(String(chunk)));
  client.write('x');
  expect(seen).toEqual([]);
  await turn();
  expect(seen).toEqual(['x']);
  client.destroy();
});

test('a writer waits for a reader', async () => {
  const { client, server } = pair();
  let taken = 0;
  const finished = new Promise<void>((resolve) => {
    const write = (): void => {
      client.write(Buffer.alloc(10_000), () => {
        taken++;
        if (taken < 100) write();
        else resolve();
      });
    };
    write();
  });
  for (let i = 0; i < 50; i++) await turn();
  expect(taken).toBeLessThan(10);
  server.resume();
  await finished;
  client.destroy();
});

test('a server that goes ends the stream behind what it has written; writing to it fails', async () => {
  const { client, server } = pair();
  server.write('last');
  server.destroy();
  expect(await textOf(client)).toBe('last');
  const other = pair();
  other.server.destroy();
  await turn();
  other.client.write('x');
  const [error] = (await once(other.client, 'error')) as [NodeJS.ErrnoException];
  expect([error.code, error.syscall]).toEqual(['EPIPE', 'write']);
});

test('a client that goes takes the server along', async () => {
  const { client, server } = pair();
  client.destroy();
  await once(server, 'close');
  expect(server.destroyed).toBe(true);
});

test('what a server asks of a socket besides does nothing', () => {
  const { server } = pair();
  const socket = server as unknown as Record<string, () => unknown>;
  for (const name of ['ref', 'unref', 'setKeepAlive', 'setNoDelay', 'setTimeout'])
    expect(socket[name]!()).toBe(server);
});
