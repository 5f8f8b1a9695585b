import { once } from 'node:events';
import { expect, test } from 'vitest';
import { CloseError } from '../errors/close-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { del, get, head, options, patch, post, put, query, request, stream } from './one-shot.ts';

/** Counts how often it is closed. */
class Counting extends MockTransport {
  closed = 0;
  failure: Error | null = null;

  override close(): Promise<void> {
    this.closed++;
    return this.failure === null ? super.close() : Promise.reject(this.failure);
  }
}

function echoing(): Counting {
  return new Counting(({ method, content, headers, url }) => {
    if (url.pathname === '/fail') throw new Error('no answer');
    return new Response(200, { text: `${method} ${url.search} ${headers.get('x') ?? ''} ${content.length}` });
  });
}

test('each function sends its method, and closes afterwards', async () => {
  const transport = echoing();
  const common = { transport, headers: { X: '1' }, params: { a: 1 } };
  const responses = [
    await get('http://h/', common),
    await head('http://h/', common),
    await options('http://h/', common),
    await del('http://h/', common),
    await post('http://h/', { ...common, content: 'abc' }),
    await put('http://h/', { ...common, content: 'abc' }),
    await patch('http://h/', { ...common, content: 'abc' }),
    await query('http://h/', { ...common, content: 'abc' }),
    await request('purge', 'http://h/', { ...common, content: 'abc' }),
  ];
  expect(responses.map(({ text }) => text)).toEqual([
    'GET ?a=1 1 0',
    'HEAD ?a=1 1 0',
    'OPTIONS ?a=1 1 0',
    'DELETE ?a=1 1 0',
    'POST ?a=1 1 3',
    'PUT ?a=1 1 3',
    'PATCH ?a=1 1 3',
    'QUERY ?a=1 1 3',
    'PURGE ?a=1 1 3',
  ]);
  expect(transport.closed).toBe(9);
});

test('options of requests and of clients may be mixed, others are refused by name', async () => {
  const transport = echoing();
  const response = await get('x', {
    transport,
    baseURL: 'http://h/api?k=1',
    timeout: 1,
    hooks: { request: [(sent) => sent.with({ headers: { X: 'hooked' } })] },
  });
  expect([response.url.href, response.text]).toEqual(['http://h/api/x?k=1', 'GET ?k=1 hooked 0']);
  await expect(get('http://h/', { transport, retries: 1 } as never)).rejects.toThrow("'retries'");
  for (const wrong of [null, 'x', 5]) {
    await expect(get('http://h/', wrong as never)).rejects.toThrow(InvalidArgument);
    await expect(stream('GET', 'http://h/', wrong as never)).rejects.toThrow(InvalidArgument);
  }
});

test('a failure closes too, and is not hidden by one of closing, which becomes a warning', async () => {
  const transport = echoing();
  await expect(get('http://h/fail', { transport })).rejects.toThrow('no answer');
  await expect(stream('GET', 'http://h/fail', { transport })).rejects.toThrow('no answer');
  expect(transport.closed).toBe(2);
  transport.failure = new Error('stuck');
  const warned = once(process, 'warning');
  await expect(get('http://h/fail', { transport })).rejects.toThrow('no answer');
  expect((await warned)[0]).toBeInstanceOf(CloseError);
});

test('a failure to close after a success is told', async () => {
  const transport = echoing();
  transport.failure = new Error('stuck');
  await expect(get('http://h/', { transport })).rejects.toThrow(CloseError);
});

async function takeOne(response: StreamResponse): Promise<void> {
  for await (const chunk of response) {
    expect(chunk.length).toBe(4);
    return;
  }
}

test.each([
  ['read', (response: StreamResponse) => response.read()],
  ['cancelled', (response: StreamResponse) => response.cancel()],
  ['left early', takeOne],
  ['disposed of', (response: StreamResponse) => response[Symbol.asyncDispose]()],
  ['piped', (response: StreamResponse) => response.pipeTo(new WritableStream())],
])('the client of a stream is closed when the response has been %s', async (_how, use) => {
  const transport = new Counting(() => new StreamResponse(200, { body: ['one\n', 'two\n'] }));
  const response = await stream('GET', 'http://h/', { transport });
  await new Promise(setImmediate);
  expect(transport.closed).toBe(0);
  await use(response);
  await new Promise(setImmediate);
  expect(transport.closed).toBe(1);
  await response.cancel();
  expect(transport.closed).toBe(1);
});

test('a client of a stream that cannot be closed is a warning, not an unhandled rejection', async () => {
  const transport = echoing();
  transport.failure = new Error('stuck');
  const warned = once(process, 'warning');
  const response = await stream('GET', 'http://h/', { transport });
  expect((await response.read()).status).toBe(200);
  expect((await warned)[0]).toBeInstanceOf(CloseError);
});
