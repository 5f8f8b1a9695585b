import { reply } from '../../fixtures/reply-server.ts';
import type { Replies, ReplyServer } from '../../fixtures/reply-server.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const STATUSES = [300, 301, 302, 303, 304, 305, 306, 307, 308];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The method of the next request by the rules of fetch, or null if there is none. */
function methodAfter(status: number, method: string): string | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null;
  if (status === 303) return method === 'HEAD' ? 'HEAD' : 'GET';
  return method === 'POST' && (status === 301 || status === 302) ? 'GET' : method;
}

/** Answers `/r/<status>` with that status and a Location, and everything else with 200. */
const AT_PATH: Replies = ({ target }) => {
  const status = /^\/r\/(\d+)/.exec(target)?.[1];
  return status === undefined
    ? reply(200, [], 'end')
    : reply(Number(status), [['Location', '/end']], 'moved');
};

/** A server whose first request is redirected, and whose others are answered. */
function redirecting(t: CaseContext, status: number, location: string): Promise<ReplyServer> {
  return t.replies(({ index }) =>
    index === 0 ? reply(status, [['Location', location]], 'moved') : reply(200, [], 'end'),
  );
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RD-01',
    rows: ['RD-01'],
    title: 'redirects are not followed unless that is asked for',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      for (const redirect of [undefined, false, null]) {
        const server = await redirecting(t, 302, '/end');
        const client = redirect === undefined ? t.client() : t.client({ redirect });
        const response = await client.get(server.url());
        t.assert.deepEqual([response.status, response.text], [302, 'moved']);
        t.assert.deepEqual([response.hasRedirectLocation, response.history.length], [true, 0]);
        t.assert.equal(server.requests.length, 1);
      }
    },
  },
  {
    id: 'RD-02',
    rows: ['RD-02', 'RD-03', 'RD-04', 'RD-05', 'RD-06', 'RD-08'],
    title: 'nine statuses by six methods: what is followed, with which method and body',
    verdict: 'fixed:D20',
    rfc: 'RFC 9110 §15.4',
    layer: 'live',
    async run(t) {
      const server = await t.replies(AT_PATH);
      const client = t.client({ redirect: true });
      for (const status of STATUSES) {
        for (const method of METHODS) {
          const what = `${method} ${status}`;
          const hasBody = method !== 'GET' && method !== 'HEAD';
          const before = server.exchanges.length;
          const options = hasBody ? { content: 'the content' } : {};
          const response = await client.request(method, server.url(`/r/${status}`), options);
          const [, second, ...more] = server.exchanges.slice(before);
          const expected = methodAfter(status, method);
          t.assert.deepEqual(more, [], what);
          if (expected === null) {
            t.assert.equal(second, undefined, what);
            t.assert.deepEqual([response.status, response.history.length], [status, 0], what);
            continue;
          }
          t.assert.deepEqual([second?.method, second?.target], [expected, '/end'], what);
          t.assert.equal(second?.body.text, expected === method && hasBody ? 'the content' : '', what);
          t.assert.deepEqual([response.status, response.history.length], [200, 1], what);
          t.assert.equal(response.request.method, expected, what);
        }
      }
    },
  },
  {
    id: 'RD-02.no-location',
    rows: ['RD-02'],
    title: 'without a Location the response is the result',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      for (const status of STATUSES) {
        const server = await t.replies(reply(status, [], 'moved'));
        const response = await t.client({ redirect: true }).get(server.url());
        t.assert.deepEqual([response.status, response.hasRedirectLocation], [status, false]);
        t.assert.equal(server.requests.length, 1);
      }
    },
  },
  {
    id: 'RD-03',
    rows: ['RD-03'],
    title: '301 turns POST into GET and leaves other methods alone, QUERY included',
    verdict: 'same',
    rfc: 'RFC 9110 §15.4.2',
    layer: 'live',
    async run(t) {
      for (const [method, expected] of [
        ['POST', 'GET'],
        ['QUERY', 'QUERY'],
        ['PUT', 'PUT'],
        ['OPTIONS', 'OPTIONS'],
        ['PURGE', 'PURGE'],
      ] as const) {
        const server = await redirecting(t, 301, '/end');
        await t.client({ redirect: true }).request(method, server.url(), { content: 'x' });
        t.assert.equal(server.requests[1]?.method, expected);
        t.assert.equal(server.exchanges[1]?.body.text, expected === method ? 'x' : '');
      }
    },
  },
  {
    id: 'RD-04',
    rows: ['RD-04'],
    title: '302 turns only POST into GET',
    verdict: 'fixed:D20',
    rfc: 'RFC 9110 §15.4.3',
    layer: 'live',
    async run(t) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'OPTIONS']) {
        const server = await redirecting(t, 302, '/end');
        await t.client({ redirect: true }).request(method, server.url(), { content: 'x' });
        t.assert.equal(server.requests[1]?.method, method === 'POST' ? 'GET' : method);
        t.assert.equal(server.exchanges[1]?.body.text, method === 'POST' ? '' : 'x');
      }
    },
  },
  {
    id: 'RD-05',
    rows: ['RD-05', 'RD-08'],
    title: '303 turns everything but HEAD into GET',
    verdict: 'same',
    rfc: 'RFC 9110 §15.4.4',
    layer: 'live',
    async run(t) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'PURGE', 'HEAD']) {
        const server = await redirecting(t, 303, '/end');
        await t.client({ redirect: true }).request(method, server.url());
        t.assert.equal(server.requests[1]?.method, method === 'HEAD' ? 'HEAD' : 'GET');
      }
    },
  },
  {
    id: 'RD-06',
    rows: ['RD-06'],
    title: '307 and 308 repeat method, body and the fields that describe it, octet for octet',
    verdict: 'same',
    rfc: 'RFC 9110 §15.4.8',
    layer: 'live',
    async run(t) {
      for (const status of [307, 308]) {
        const server = await redirecting(t, status, '/end');
        await t.client({ redirect: true }).post(server.url('/start'), {
          json: { a: 'ü' },
          headers: { 'Content-Language': 'de', 'X-Own': '1' },
        });
        const [first, second] = server.exchanges;
        t.assert.deepEqual(second?.body.bytes, first?.body.bytes);
        t.assert.equal(second?.body.text, '{"a":"ü"}');
        t.assert.deepEqual(second?.fields, first?.fields);
        t.assert.equal(second?.target, '/end');
      }
    },
  },
  {
    id: 'RD-06.again',
    rows: ['RD-06'],
    title: 'a body that can be made anew is made anew, with the same framing',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await redirecting(t, 307, '/end');
      let made = 0;
      await t.client({ redirect: true }).put(server.url(), { content: () => once(`made ${++made}`) });
      t.assert.deepEqual(
        server.exchanges.map(({ body }) => [body.framing, body.text]),
        [
          ['chunked', 'made 1'],
          ['chunked', 'made 2'],
        ],
      );
    },
  },
  {
    id: 'RD-06.keep-method',
    rows: ['RD-06'],
    title: 'redirect.keepMethod repeats method and body after 301, 302 and 303 too',
    verdict: 'differs:an option that httpx does not have',
    layer: 'live',
    async run(t) {
      const server = await t.replies(AT_PATH);
      const client = t.client({ redirect: { keepMethod: true } });
      for (const status of [301, 302, 303, 307, 308]) {
        await client.post(server.url(`/r/${status}`), { content: 'kept' });
        const last = server.exchanges.at(-1);
        t.assert.deepEqual([last?.method, last?.target, last?.body.text], ['POST', '/end', 'kept']);
      }
    },
  },
  {
    id: 'RD-07',
    rows: ['RD-07'],
    title: 'with the body go all fields that describe it',
    verdict: 'fixed:D20',
    rfc: 'RFC 9110 §15.4',
    layer: 'live',
    async run(t) {
      const described = {
        'Content-Type': 'text/x-own',
        'Content-Encoding': 'identity',
        'Content-Language': 'de',
        'Content-Location': '/elsewhere',
        'Content-Disposition': 'attachment',
        'Content-Digest': 'sha-256=:AA==:',
        'Repr-Digest': 'sha-256=:AA==:',
        Digest: 'sha-256=AA==',
        'Last-Modified': 'Sat, 01 Jan 2000 00:00:00 GMT',
        Trailer: 'X-Sum',
      };
      for (const status of [301, 302, 303]) {
        for (const content of ['content', (): AsyncGenerator<Uint8Array> => once('content')]) {
          const server = await redirecting(t, status, '/end');
          const headers = { ...described, 'X-Own': 'kept', 'If-Match': '"a"' };
          await t.client({ redirect: true }).post(server.url(), { content, headers });
          const [first, second] = server.exchanges;
          t.assert.equal(first?.body.text, 'content');
          for (const name of [...Object.keys(described), 'Content-Length', 'Transfer-Encoding', 'Expect'])
            t.assert.equal(second?.get(name), undefined, `${status} ${name}`);
          t.assert.deepEqual([second?.get('x-own'), second?.get('if-match')], ['kept', '"a"']);
          t.assert.deepEqual(second?.body.raw, Buffer.alloc(0));
        }
      }
    },
  },
  {
    id: 'RD-08',
    rows: ['RD-08'],
    title: 'HEAD stays HEAD over every kind of redirect',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      for (const status of [301, 302, 303, 307, 308]) {
        const server = await redirecting(t, status, '/end');
        const response = await t.client({ redirect: true }).head(server.url());
        t.assert.deepEqual(
          server.requests.map(({ method }) => method),
          ['HEAD', 'HEAD'],
        );
        t.assert.deepEqual([response.status, response.history.length], [200, 1]);
      }
    },
  },
  {
    id: 'RD-09',
    rows: ['RD-09'],
    title: 'a body that can be sent once cannot follow 307 and 308, and the error says what to do',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      for (const status of [307, 308]) {
        const server = await redirecting(t, status, '/end');
        const client = t.client({ redirect: true });
        await t.assert.rejects(client.post(server.url(), { content: once('content') }), (error: unknown) => {
          t.assert.ok(error instanceof t.tern.StreamConsumed);
          const { code, message } = error as Error & { code: string };
          t.assert.equal(code, 'ERR_STREAM_CONSUMED');
          t.assert.match(
            message,
            new RegExp(`${status}.*one-shot async iterable.*Pass bytes, or a function`),
          );
          return true;
        });
        t.assert.deepEqual([server.requests.length, client.stats.active], [1, 0]);
      }
    },
  },
  {
    id: 'RD-09.dropped',
    rows: ['RD-09', 'RD-07'],
    title: 'where the redirect drops the body, it need not be sent again',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      for (const status of [301, 302, 303]) {
        const server = await redirecting(t, status, '/end');
        const response = await t.client({ redirect: true }).post(server.url(), { content: once('content') });
        t.assert.equal(response.text, 'end');
        t.assert.equal(server.exchanges[0]?.body.text, 'content');
      }
    },
  },
];
