import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { Client } from '../client/client.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type AppOptions, type NodeHandler, NodeHandlerTransport } from './node-handler-transport.ts';

const clients: Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function clientOf(handler: NodeHandler, options?: AppOptions): Client {
  const client = new Client({
    transport: new NodeHandlerTransport(handler, options),
    baseURL: 'http://app.test',
  });
  clients.push(client);
  return client;
}

test.each([
  [undefined, {}, 'needs a function of request and response, not undefined'],
  [() => {}, { timeout: 1 }, "'options.timeout' does not exist"],
  [() => {}, { raiseAppErrors: 'no' }, 'must be true or false, not a string'],
  [() => {}, { remoteAddress: 'localhost' }, "must be an IP address, not 'localhost'"],
  [() => {}, { remotePort: 1.5 }, 'must be a port, not 1.5'],
])('%s with %j is refused', (handler, options, message) => {
  const make = (): unknown => new NodeHandlerTransport(handler as never, options as never);
  expect(make).toThrow(InvalidArgument);
  expect(make).toThrow(message);
});

test('a connection carries one request after another', async () => {
  const sockets = new Set<unknown>();
  const client = clientOf((request, response) => {
    sockets.add(request.socket);
    response.end('x');
  });
  for (let i = 0; i < 5; i++) expect((await client.get('/')).text).toBe('x');
  expect(sockets.size).toBe(1);
});

test('requests run side by side', async () => {
  let waiting = 0;
  let release = (): void => {};
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  const client = clientOf(async (_request, response) => {
    if (++waiting === 150) release();
    await all;
    response.end('x');
  });
  const responses = await Promise.all(Array.from({ length: 150 }, () => client.get('/')));
  expect(responses.every(({ text }) => text === 'x')).toBe(true);
});

test('Expect: 100-continue is answered by the server', async () => {
  const client = clientOf((request, response) => {
    request.pipe(response);
  });
  const response = await client.post('/', { content: 'body', headers: { Expect: '100-continue' } });
  expect(response.text).toBe('body');
});

test('progress and trace are those of a network', async () => {
  const names: string[] = [];
  const sent: number[] = [];
  const client = clientOf((request, response) => {
    request.resume().on('end', () => response.end('x'));
  });
  const content = Buffer.alloc(200_000);
  await client.post('/', {
    content,
    onUploadProgress: ({ transferred }) => sent.push(transferred),
    extensions: { trace: ({ name }) => names.push(name) },
  });
  expect(sent.at(-1)).toBe(200_000);
  expect(names).toContain('http11.receive_response_headers.complete');
});

test('an error behind a complete response is an unhandled rejection', async () => {
  const unhandled = vi.fn<(reason: unknown) => void>();
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', unhandled);
  try {
    const failure = new Error('late');
    const client = clientOf(async (_request, response) => {
      response.end('done');
      await once(response, 'finish');
      throw failure;
    });
    expect((await client.get('/')).text).toBe('done');
    await vi.waitFor(() => expect(unhandled).toHaveBeenCalled(), 30_000);
    expect(unhandled.mock.calls[0]![0]).toBe(failure);
  } finally {
    process.off('unhandledRejection', unhandled);
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
});

test('what an app throws when nobody waits any more is dropped', async () => {
  let failed = false;
  const client = clientOf(async (_request, response) => {
    await once(response, 'close');
    failed = true;
    throw new Error('nobody cares');
  });
  await expect(client.get('/', { timeout: { read: 5 } })).rejects.toMatchObject({ name: 'ReadTimeout' });
  await vi.waitFor(() => expect(failed).toBe(true), 30_000);
});

test('closing ends what is under way', async () => {
  let closed = false;
  let called = false;
  const client = clientOf((_request, response) => {
    called = true;
    response.on('close', () => {
      closed = true;
    });
  });
  const outcome = client.get('/', { timeout: null }).catch((error: unknown) => error);
  await vi.waitFor(() => expect(called).toBe(true), 30_000);
  await client.close();
  expect(await outcome).toMatchObject({ name: 'ClientClosed' });
  await vi.waitFor(() => expect(closed).toBe(true), 30_000);
});
