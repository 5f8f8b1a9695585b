import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerThread, startServerThread } from '../../fixtures/server-thread.ts';
import { thrown } from '../../fixtures/thrown.ts';
import {
  AbortError,
  type Auth,
  InvalidArgument,
  type ProxyOptions,
  type Request,
  RequestError,
  type Response,
  UnsupportedOption,
} from '../index.ts';
import { SyncClient } from '../sync.ts';

/** A server that answers requests for other hosts too, as a proxy does. */
let proxy: ServerThread;
beforeAll(async () => {
  proxy = await startServerThread();
});
afterAll(() => proxy.close());

function clientWith(auth: ProxyOptions['auth'], options: object = {}): SyncClient {
  return new SyncClient({ proxy: { url: proxy.origin, auth, ...options } });
}

/** What the server was sent. */
function fieldsOf(response: Response): unknown {
  return response.json<{ headers: unknown }>().headers;
}

test('a flow runs in the calling thread, and may send requests of its own', () => {
  using other = new SyncClient();
  const seen: unknown[] = [];
  const auth: Auth = {
    *flow(request, target) {
      const token = other.get(`${proxy.origin}/get?token`).json<{ target: string }>().target;
      const response = yield request.with({ headers: { [target!.credentialsField]: `Token ${token}` } });
      seen.push(request.url.href, request.extensions.target, response.status, response.request.method);
    },
  };
  using client = clientWith(auth);
  expect(fieldsOf(client.get('http://origin.test/echo'))).toContainEqual([
    'Proxy-Authorization',
    'Token /get?token',
  ]);
  expect(seen).toEqual([`${proxy.origin}/`, 'http://origin.test/echo', 200, 'GET']);
});

test('what a flow throws is what the caller gets', () => {
  class Own extends Error {}
  const own = new Own('mine');
  const failing: Auth = {
    *flow(request) {
      yield request;
      throw own;
    },
  };
  using client = clientWith(failing);
  expect(thrown(() => client.get('http://origin.test/get'))).toBe(own);
  expect(client.stats.active).toBe(0);
  const refusal = new InvalidArgument('no credentials');
  using tunnel = clientWith(
    () => {
      throw refusal;
    },
    { tunnel: true },
  );
  expect(thrown(() => tunnel.get('http://origin.test/get'))).toBe(refusal);
});

test('what has to be waited for is refused', () => {
  const later: Auth = {
    // oxlint-disable-next-line typescript/require-await -- it is refused for being one that waits
    async *flow(request) {
      yield request;
    },
  };
  for (const auth of [later, async (request: Request) => request] as const) {
    for (const tunnel of [true, false]) {
      using client = clientWith(auth, { tunnel });
      const error = thrown(() => client.get('http://origin.test/get'));
      expect(error).toBeInstanceOf(UnsupportedOption);
      expect(error).toMatchObject({ option: 'proxy.auth' });
    }
  }
  expect(() => clientWith(5 as never)).toThrow(InvalidArgument);
});

test('a flow that aborts the signal ends the request', () => {
  const controller = new AbortController();
  using client = clientWith((request) => {
    controller.abort();
    return request;
  });
  const { signal } = controller;
  expect(thrown(() => client.get('http://origin.test/get', { signal }))).toBeInstanceOf(AbortError);
});

test.each([
  ['a large body', 'x'.repeat(200_000), false, 200_000],
  [
    'a body that can be read once',
    function* () {
      yield 'once';
    },
    true,
    4,
  ],
] as const)('a flow sees %s', (_what, content, needsRequestBody, length) => {
  const seen: number[] = [];
  using client = clientWith({
    needsRequestBody,
    *flow(request) {
      seen.push(request.content.length);
      yield request;
      yield request.with({ headers: { 'Proxy-Authorization': 'Own 2' } });
    },
  });
  const given = typeof content === 'function' ? content() : content;
  const response = client.post('http://origin.test/echo', { content: given });
  expect(seen).toEqual([length]);
  expect(fieldsOf(response)).toContainEqual(['Proxy-Authorization', 'Own 2']);
});

test('a flow that is left is told to stop', () => {
  const seen: string[] = [];
  using client = clientWith({
    *flow(request) {
      try {
        yield request;
      } finally {
        seen.push('left');
      }
    },
  });
  // The proxy closes the connection on which it is asked for a tunnel.
  expect(thrown(() => client.get('https://origin.test/'))).toBeInstanceOf(RequestError);
  client.get('http://origin.test/get');
  expect(seen).toEqual(['left', 'left']);
});
