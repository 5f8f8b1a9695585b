import { reply } from '../../fixtures/reply-server.ts';
import type { HTTPError, RequestOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

// So that a dead connection is never found idle, and repeated in silence.
const CLOSE = ['Connection', 'close'] as const;
const QUICK = { baseMs: 0 } as const;
const GONE = { bytes: '', after: 'end' } as const;
const DIFFERS = 'fixed:D42';

function busy(status = 503, fields: readonly (readonly [string, string])[] = []): Buffer {
  return reply(status, [CLOSE, ...fields], `busy ${status}`);
}

const OK = reply(200, [CLOSE], 'ok');

async function failure(work: Promise<unknown>): Promise<HTTPError> {
  try {
    await work;
  } catch (error) {
    return error as HTTPError;
  }
  throw new Error('it did not fail');
}

async function* once(): AsyncGenerator<string> {
  yield 'one-shot';
}

/** How often a request reaches a server that never has anything better to say. */
async function attempts(t: CaseContext, method: string, options: RequestOptions): Promise<number> {
  const server = await t.replies(busy());
  const response = await t.client().request(method, server.url(), options);
  t.assert.equal(response.status, 503);
  return server.requests.length;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RT-01',
    rows: ['RT-01'],
    title: 'without the option a status or a failure is the outcome',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      t.assert.equal(await attempts(t, 'GET', {}), 1);
      t.assert.equal(await attempts(t, 'GET', { retry: 0 }), 1);
      t.assert.equal(await attempts(t, 'GET', { retry: null }), 1);
      const server = await t.replies(GONE);
      const client = t.client();
      const error = await failure(client.get(server.url()));
      t.assert.deepEqual(
        [error.name, 'retries' in error, server.requests.length],
        ['RemoteProtocolError', false, 1],
      );
      const answer = await client.get((await t.replies(OK)).url());
      t.assert.equal(answer.retries, null);
    },
  },
  {
    id: 'RT-02',
    rows: ['RT-02', 'RT-10'],
    title: 'a status of the policy is repeated until it is another one, or the attempts are used up',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies([busy(503), busy(429), OK]);
      const client = t.client({ retry: { attempts: 5, backoff: QUICK } });
      const response = await client.get(server.url());
      t.assert.deepEqual([response.status, response.text, server.requests.length], [200, 'ok', 3]);
      const { retries } = response;
      t.assert.deepEqual(
        retries?.earlier.map(({ attempt, status, reason, delayMs }) => [attempt, status, reason, delayMs]),
        [
          [1, 503, 'status 503', 0],
          [2, 429, 'status 429', 0],
        ],
      );
      t.assert.deepEqual([retries?.attempts, retries?.stopped, retries?.note], [3, null, '']);
      t.assert.deepEqual(response.history, []);

      const never = await t.replies(busy());
      const last = await client.get(never.url());
      t.assert.deepEqual([last.status, last.text, never.requests.length], [503, 'busy 503', 5]);
      t.assert.deepEqual([last.retries?.stopped, last.retries?.attempts], ['attempts', 5]);
      t.assert.match(last.retries!.note, /5 attempts/);
      await t.assert.rejects(client.get(never.url(), { raiseForStatus: true }), { status: 503 });
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'RT-02.statuses',
    rows: ['RT-02'],
    title: 'which statuses are repeated by default, and a list of others',
    verdict: DIFFERS,
    rfc: 'RFC 9110 §15.6.4',
    layer: 'live',
    async run(t) {
      const client = t.client({ retry: { attempts: 2, backoff: QUICK } });
      const repeated: number[] = [];
      for (const status of [200, 204, 400, 401, 404, 408, 409, 425, 429, 500, 501, 502, 503, 504, 599]) {
        const server = await t.replies(reply(status, [CLOSE]));
        t.assert.equal((await client.get(server.url())).status, status);
        if (server.requests.length === 2) repeated.push(status);
      }
      t.assert.deepEqual(repeated, [408, 429, 500, 502, 503, 504]);
      const retry = { statuses: [404] };
      const missing = await t.replies([reply(404, [CLOSE]), OK]);
      t.assert.equal((await client.get(missing.url(), { retry })).status, 200);
      const unavailable = await t.replies([busy(), OK]);
      t.assert.equal((await client.get(unavailable.url(), { retry })).status, 503);
    },
  },
  {
    id: 'RT-03',
    rows: ['RT-03'],
    title: 'a server that breaks off, before its answer or in the middle of a content that is read whole',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const cut = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\ncut`;
      const server = await t.replies([GONE, { bytes: cut, after: 'end' }, OK]);
      const client = t.client({ retry: { attempts: 3, backoff: QUICK } });
      const response = await client.get(server.url());
      t.assert.deepEqual([response.text, response.retries?.attempts], ['ok', 3]);
      t.assert.deepEqual(
        response.retries!.earlier.map(({ status }) => status),
        [null, null],
      );
      const never = await t.replies(GONE);
      const error = await failure(client.get(never.url()));
      t.assert.deepEqual(
        [error.name, error.retries?.stopped, error.retries?.attempts],
        ['RemoteProtocolError', 'attempts', 3],
      );
      t.assert.match(error.retries!.note, /gave up after 3 attempts/);
      t.assert.deepEqual([never.requests.length, client.stats.active], [3, 0]);
      // Whoever streams has had a part already.
      const streamed = await t.replies({ bytes: cut, after: 'end' });
      const stream = await client.stream('GET', streamed.url());
      await t.assert.rejects(stream.read(), { name: 'RemoteProtocolError' });
      t.assert.equal(streamed.requests.length, 1);
    },
  },
  {
    id: 'RT-03.errors',
    rows: ['RT-03'],
    title:
      'limits of the program and content that cannot be decoded are no reason; a function may see others',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const coded = reply(200, [CLOSE, ['Content-Encoding', 'gzip']], 'not gzip');
      const server = await t.replies(coded);
      const client = t.client({ retry: { attempts: 3, backoff: QUICK } });
      await t.assert.rejects(client.get(server.url()), { name: 'DecodingError' });
      t.assert.equal(server.requests.length, 1);
      const seen: unknown[] = [];
      const errors = (error: unknown, { method }: { readonly method: string }): boolean => {
        seen.push((error as Error).name, method);
        return seen.length < 4;
      };
      await t.assert.rejects(client.get(server.url(), { retry: { errors, attempts: 9 } }), {
        name: 'DecodingError',
      });
      t.assert.deepEqual(seen, ['DecodingError', 'GET', 'DecodingError', 'GET']);
      t.assert.equal(server.requests.length, 3);
    },
  },
  {
    id: 'RT-04',
    rows: ['RT-04'],
    title:
      'idempotent methods by default; others by name, or with an Idempotency-Key, or if nothing was sent',
    verdict: DIFFERS,
    rfc: 'RFC 9110 §9.2.2',
    layer: 'live',
    async run(t) {
      const retry = { attempts: 2, backoff: QUICK };
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'QUERY'])
        t.assert.equal(await attempts(t, method, { retry }), 2, method);
      for (const method of ['POST', 'PATCH']) {
        t.assert.equal(await attempts(t, method, { retry, content: 'x' }), 1, method);
        const named = { ...retry, methods: [method.toLowerCase()] };
        t.assert.equal(await attempts(t, method, { retry: named, content: 'x' }), 2, method);
        const headers = { 'Idempotency-Key': '"1"' };
        t.assert.equal(await attempts(t, method, { retry, headers, content: 'x' }), 2, method);
      }
      t.assert.equal(await attempts(t, 'GET', { retry: { ...retry, methods: ['POST'] } }), 1);
      const server = await t.replies(busy());
      const refused = await t.client().post(server.url(), { retry });
      t.assert.deepEqual([refused.retries?.stopped, refused.retries?.attempts], ['method', 1]);
      t.assert.match(refused.retries!.note, /Idempotency-Key/);
      const closed = await t.refusedPort();
      const error = await failure(t.client().post(closed.url, { retry, content: 'x' }));
      t.assert.deepEqual([error.name, error.retries?.attempts], ['ConnectError', 2]);
    },
  },
  {
    id: 'RT-05',
    rows: ['RT-05'],
    title: 'bytes and functions are sent again; a one-shot body is not, and the outcome says so',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const retry = { attempts: 3, backoff: QUICK };
      const client = t.client({ retry });
      let made = 0;
      const factory = (): AsyncGenerator<string> => {
        made++;
        return once();
      };
      for (const options of [{ content: 'bytes' }, { json: [1] }, { content: factory }]) {
        const server = await t.replies([busy(), busy(), OK]);
        t.assert.equal((await client.put(server.url(), options)).status, 200);
        const bodies = new Set(server.exchanges.map(({ body }) => body.text));
        t.assert.deepEqual([server.requests.length, bodies.size], [3, 1]);
      }
      t.assert.equal(made, 3);
      const server = await t.replies(busy());
      const response = await client.put(server.url(), { content: once() });
      t.assert.deepEqual(
        [response.status, server.requests.length, response.retries?.stopped],
        [503, 1, 'body'],
      );
      t.assert.match(response.retries!.note, /content: \(\) => makeContent\(\)/);
      const gone = await t.replies(GONE);
      const error = await failure(client.put(gone.url(), { content: once() }));
      t.assert.deepEqual([error.retries?.stopped, gone.requests.length], ['body', 1]);
    },
  },
  {
    id: 'RT-13',
    rows: ['RT-13'],
    title: 'a short answer that is not wanted is read, so that its connection serves the next attempt',
    verdict: DIFFERS,
    rfc: 'RFC 9112 §9.3',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      for (const mode of ['whole', 'stream'] as const) {
        const server = await t.scripted(async (peer) => {
          await peer.readRequest();
          // Its content comes after its head has been judged.
          await peer.send('HTTP/1.1 503 Busy\r\nContent-Length: 2000\r\n\r\n');
          await peer.wait(15);
          await peer.send('x'.repeat(2000));
          for (const answer of [reply(503, [], ''), reply(200, [], 'ok')]) {
            await peer.readRequest();
            await peer.send(answer);
          }
        });
        const client = t.client({ retry: { attempts: 3, backoff: { baseMs: 60, jitter: 'none' } } });
        const response =
          mode === 'whole'
            ? await client.get(server.url())
            : await (await client.stream('GET', server.url())).read();
        t.assert.deepEqual([response.text, server.connections, client.stats.reused], ['ok', 1, 2]);
      }
      // One without end is given up when its time comes.
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        if (peer.index > 0) await peer.send(reply(200, [], 'ok'));
        else await peer.send('HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
      });
      const client = t.client({ retry: { attempts: 2, backoff: QUICK } });
      await using response = await client.stream('GET', server.url());
      t.assert.equal((await response.read()).text, 'ok');
      await server.untilOpen(1);
    },
  },
];
