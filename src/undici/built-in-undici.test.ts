import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HTTPServer, startHTTPServer } from '../../fixtures/http-server.ts';
import { Client, RemoteProtocolError } from '../index.ts';
import type { DispatcherLike } from './dispatcher-like.ts';
import { UndiciTransport } from './undici-transport.ts';

// Nothing here may import the package: the dispatcher is that of the undici inside Node, of whatever version it is.
const GLOBAL_DISPATCHER = ['1', '2'].map((version) => Symbol.for(`undici.globalDispatcher.${version}`));

let server: HTTPServer;
let client: Client;

beforeAll(async () => {
  server = await startHTTPServer();
  await fetch('data:,');
  const dispatcher = GLOBAL_DISPATCHER.map((key) => Reflect.get(globalThis, key) as unknown).find(
    (found) => found !== undefined,
  );
  client = new Client({
    transport: new UndiciTransport(dispatcher as DispatcherLike),
    timeout: { read: 200 },
  });
});

afterAll(async () => {
  await client.close();
  await server.close();
});

test('requests and responses', async () => {
  const response = await client.post(server.url('/echo'), { content: 'abc', headers: { 'X-Own': '1' } });
  expect(response.json()).toMatchObject({ method: 'POST', body: { text: 'abc' } });
  expect(response.headers.raw[0]).toEqual(['Content-Type', 'application/json']);
  expect((await client.get(server.url('/gzip'))).json()).toEqual({ codings: ['gzip'] });
  expect((await client.get(server.url('/trailers'))).trailers.get('x-checksum')).toBe('42');
});

test('large bodies, both ways', async () => {
  const sent = await client.post(server.url('/upload'), { content: Buffer.alloc(500_000) });
  expect(sent.json()).toMatchObject({ length: 500_000, declared: '500000' });
  const streamed = await client.post(server.url('/upload'), {
    content: (async function* () {
      for (let i = 0; i < 20; i++) yield Buffer.alloc(30_000);
    })(),
  });
  expect(streamed.json()).toMatchObject({ length: 600_000, coding: 'chunked' });
  const response = await client.stream('GET', server.url(`/bytes/${8 * 2 ** 20}`));
  let length = 0;
  for await (const chunk of response.iterRaw()) {
    if (length === 0) await new Promise((resolve) => setTimeout(resolve, 300));
    length += chunk.length;
  }
  expect(length).toBe(8 * 2 ** 20);
});

test('failures and limits', async () => {
  await expect(client.get(server.url('/drop'))).rejects.toThrow(RemoteProtocolError);
  await expect(client.get(server.url('/stall-body'))).rejects.toThrow('no data for 200 ms');
  const controller = new AbortController();
  const aborted = client.get(server.url('/delay/60000'), { signal: controller.signal });
  controller.abort();
  await expect(aborted).rejects.toThrow('the request was aborted');
});

test('an upgrade', async () => {
  const response = await client.stream('GET', server.url('/'), {
    headers: { Connection: 'Upgrade', Upgrade: 'echo' },
  });
  const socket = response.upgrade();
  const echoed = new Promise((resolve) => {
    socket.once('data', resolve);
  });
  socket.write('hi');
  expect(String(await echoed)).toBe('hi');
  socket.destroy();
});
