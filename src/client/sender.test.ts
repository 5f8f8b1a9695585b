import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Auth } from '../auth/auth.ts';
import { startReplyServer, reply, type ReplyServer } from '../../fixtures/reply-server.ts';
import type { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { MockTransport } from '../transport/mock-transport.ts';
import { Client } from './client.ts';
import type { ClientOptions } from './options.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function clientOf(options: ClientOptions): Client {
  const client = new Client(options);
  closing.push(() => client.close());
  return client;
}

function mocked(
  answer: (request: Request) => Response | StreamResponse,
  options: ClientOptions = {},
): Client {
  return clientOf({ ...options, transport: new MockTransport(answer) });
}

async function serverOf(...replies: Parameters<typeof startReplyServer>): Promise<ReplyServer> {
  const server = await startReplyServer(...replies);
  closing.push(() => server.close());
  return server;
}

/** A one-shot body, and a note of its end. */
function watchedBody(): { content: ReadableStream<Uint8Array>; cancel: ReturnType<typeof vi.fn> } {
  const cancel = vi.fn();
  return { content: new ReadableStream<Uint8Array>({ cancel }), cancel };
}

describe('a body that nobody opens', () => {
  test('is let go when the request cannot be made', async () => {
    const { content, cancel } = watchedBody();
    const client = clientOf({});
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await expect(
      client.post(`http://127.0.0.1:${port}/`, { content: content as never }),
    ).rejects.toMatchObject({
      name: 'ConnectError',
    });
    expect(cancel).toHaveBeenCalledOnce();
  });

  test('is let go when middleware has answered without it, once the answer has been taken', async () => {
    const { content, cancel } = watchedBody();
    const client = mocked(() => new Response(200), {
      middleware: [async () => new StreamResponse(200, { body: 'cached' })],
    });
    const response = await client.stream('POST', 'https://a.test/', { content: content as never });
    expect(cancel).not.toHaveBeenCalled();
    expect((await response.read()).text).toBe('cached');
    expect(cancel).toHaveBeenCalledOnce();
    const other = watchedBody();
    await client.post('https://a.test/', { content: other.content as never });
    expect(other.cancel).toHaveBeenCalledOnce();
  });

  test('a source that fails to let go does not hide the failure of the request', async () => {
    const failure = new Error('of the hook');
    const content = new ReadableStream<Uint8Array>({
      cancel: () => {
        throw new Error('of the source');
      },
    });
    const client = mocked(() => new Response(200), {
      hooks: {
        request: [
          () => {
            throw failure;
          },
        ],
      },
    });
    await expect(client.post('https://a.test/', { content: content as never })).rejects.toBe(failure);
  });
});

describe('failed()', () => {
  test('is not confused by what is not a request', async () => {
    const client = mocked(() => new Response(200));
    for (const value of [undefined, null, 'https://a.test/', {}])
      await expect(client.send(value as never)).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  test('error hooks run in order; one that throws gives its error to the next', async () => {
    const seen: unknown[] = [];
    const client = mocked(
      () => {
        throw new Error('0');
      },
      {
        hooks: {
          error: [
            (error) => void seen.push((error as Error).message),
            () => new Error('1'),
            async () => {
              throw new Error('2');
            },
            (error) => void seen.push((error as Error).message),
          ],
        },
      },
    );
    await expect(client.get('https://a.test/')).rejects.toThrow('2');
    expect(seen).toEqual(['0', '2']);
  });
});

describe('auth flows', () => {
  test('a plain iterator without return() will do', async () => {
    const client = mocked((request) => new Response(200, { text: request.headers.get('x-step') ?? '' }));
    const auth = {
      flow(request: Request) {
        let step = 0;
        return {
          next: () =>
            ++step > 2
              ? { done: true, value: undefined }
              : { done: false, value: request.with({ headers: { 'X-Step': String(step) } }) },
        };
      },
    };
    expect((await client.get('https://a.test/', { auth: auth as unknown as Auth })).text).toBe('2');
  });

  test('an error in the finally of a flow is told', async () => {
    const fail = (): never => {
      throw new RangeError('of the flow');
    };
    const client = mocked(() => {
      throw new Error('of the transport');
    });
    const auth: Auth = {
      *flow(request) {
        try {
          yield request;
        } finally {
          fail();
        }
      },
    };
    await expect(client.get('https://a.test/', { auth })).rejects.toThrow(RangeError);
  });

  test('a response that the flow has read in part fails as misuse, and is closed', async () => {
    const server = await serverOf(reply(401, [], 'some content'));
    const client = clientOf({});
    const auth: Auth = {
      async *flow(request) {
        const first = yield request;
        for await (const piece of (first as StreamResponse).iterBytes(1)) {
          expect(piece).toHaveLength(1);
          break;
        }
        yield request;
      },
    };
    await expect(client.get(server.url(), { auth })).rejects.toMatchObject({ name: 'StreamConsumed' });
    expect(client.stats.active).toBe(0);
  });
});

describe('limits', () => {
  test('the error of the transport wins, because it knows what was waited for', async () => {
    const server: Server = createServer(() => {});
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(async () => {
      server.close();
    });
    const { port } = server.address() as { port: number };
    const client = clientOf({ auth: ['user', 'password'], hooks: { response: [(): void => {}] } });
    const url = `http://127.0.0.1:${port}/`;
    const late = await client.get(url, { timeout: { total: 30 } }).catch((error: unknown) => error);
    expect(late).toMatchObject({ name: 'TotalTimeout', peer: `127.0.0.1:${port}` });
    const aborted = await client
      .get(url, { signal: AbortSignal.timeout(20) })
      .catch((error: unknown) => error);
    expect(aborted).toMatchObject({ name: 'AbortError', peer: `127.0.0.1:${port}`, phase: 'firstByte' });
  });

  test('a response that a hook holds for too long is let go', async () => {
    const cancel = vi.fn();
    const body = new ReadableStream<Uint8Array>({ cancel });
    const client = mocked(() => new StreamResponse(200, { body: body as never }), {
      hooks: { response: [(): Promise<void> => new Promise(() => {})] },
    });
    await expect(client.get('https://a.test/', { timeout: { total: 10 } })).rejects.toMatchObject({
      name: 'TotalTimeout',
    });
    expect(cancel).toHaveBeenCalledOnce();
  });

  test('limits of its own that a hook gives to a request take the place of those of the call, but for the total', async () => {
    const seen: unknown[] = [];
    const client = clientOf({
      timeout: { total: 60_000, read: 7 },
      hooks: { request: [(request) => request.with({ extensions: { timeout: { read: 3, total: 5 } } })] },
      transport: {
        handle: async (_request, { timeout, totalDeadline }) => {
          seen.push(timeout.read, timeout.connect, timeout.total, totalDeadline! - performance.now() > 1000);
          return new StreamResponse(204);
        },
        close: async () => {},
      },
    });
    await client.get('https://a.test/');
    expect(seen).toEqual([3, null, 60_000, true]);
  });
});

describe('redirects', () => {
  const moved = (location: string): Response => new Response(302, { headers: { Location: location } });

  test('one too many is told before hooks and limits of the next hop', async () => {
    const hook = vi.fn();
    const client = mocked(() => moved('/x'), { redirect: { max: 2 }, hooks: { redirect: [hook] } });
    await expect(client.get('https://a.test/')).rejects.toMatchObject({ name: 'TooManyRedirects' });
    expect(hook).toHaveBeenCalledTimes(2);
  });

  test('a refusal by rewrite is no failure, even at the limit', async () => {
    const client = mocked(() => moved('/x'), { redirect: { max: 0, rewrite: () => null } });
    const response = await client.get('https://a.test/');
    expect([response.status, response.nextRequest?.url.href]).toEqual([302, 'https://a.test/x']);
  });

  test('a custom transport may have a history of its own; hops are put in front of it only if there are any', async () => {
    const inner = mocked(({ url }) => (url.pathname === '/' ? moved('/x') : new Response(200)), {
      redirect: true,
    });
    const client = clientOf({
      transport: { handle: (request) => inner.send(request, { stream: true }), close: async () => {} },
    });
    expect((await client.get('https://a.test/')).history).toHaveLength(1);
  });
});

test('trace: numbers, hops and failures', async () => {
  const names: string[] = [];
  const ids = new Set<number>();
  const client = mocked(
    ({ url }) => {
      if (url.pathname === '/fail') throw new Error('broken');
      return url.pathname === '/' ? new Response(302, { headers: { Location: '/x' } }) : new Response(200);
    },
    {
      redirect: true,
      trace: ({ name, requestId, info }) => {
        names.push(`${name} ${JSON.stringify(info['hops'] ?? info['status'] ?? 0)}`);
        ids.add(requestId);
      },
    },
  );
  await client.get('https://a.test/');
  await expect(client.get('https://a.test/fail')).rejects.toThrow('broken');
  expect(names).toEqual([
    'client.request.started 0',
    'client.redirect 302',
    'client.request.complete 2',
    'client.request.started 0',
    'client.request.failed 0',
  ]);
  expect(ids.size).toBe(2);
});
