import { afterEach, expect, test } from 'vitest';
import { Client } from '../client/client.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { FetchHandler } from './fetch-handler.ts';
import { HandlerTransport } from './handler-transport.ts';

const clients: Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function clientOf(handler: FetchHandler): Client {
  const client = new Client({ transport: new HandlerTransport(handler), baseURL: 'http://app.test' });
  clients.push(client);
  return client;
}

test('only functions', () => {
  expect(() => new HandlerTransport({} as never)).toThrow(InvalidArgument);
});

test.each([
  ['GET', undefined, null],
  ['POST', undefined, null],
  ['POST', '', null],
  ['POST', 'x', 'x'],
  ['DELETE', 'x', 'x'],
  ['PURGE', 'x', 'x'],
])('%s with the body %j', async (method, content, expected) => {
  const client = clientOf(async (request) =>
    Response.json([request.method, request.body === null ? null : await request.text()]),
  );
  const response = await client.request(method, '/', content === undefined ? {} : { content });
  expect(response.json()).toEqual([method, expected]);
});

test('a body that the app does not want does not hold it up', async () => {
  const content = Buffer.alloc(2_000_000);
  expect((await clientOf(() => new Response('no')).post('/', { content })).text).toBe('no');
  const partly = clientOf(async ({ body }) => {
    const reader = body!.getReader();
    await reader.read();
    await reader.cancel();
    return new Response('enough');
  });
  expect((await partly.post('/', { content })).text).toBe('enough');
});

test('a body that fails on its way to the app is the error of the request', async () => {
  const failure = new Error('source');
  const client = clientOf(async (request) => new Response(await request.text()));
  const content = (async function* (): AsyncGenerator<string> {
    yield 'a';
    throw failure;
  })();
  await expect(client.post('/', { content })).rejects.toBe(failure);
});

test('a Response of another kind of stream', async () => {
  const client = clientOf(() => new Response(new Blob(['a', 'b'])));
  expect((await client.get('/')).text).toBe('ab');
  const used = new Response('x');
  await used.text();
  await expect(clientOf(() => used).get('/')).rejects.toThrow(TypeError);
  await expect(clientOf(() => Response.error()).get('/')).rejects.toThrow(RangeError);
});
