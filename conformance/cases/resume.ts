import { reply } from '../../fixtures/reply-server.ts';
import type { ReceivedRequest } from '../../fixtures/reply-server.ts';
import type { HTTPError, RetryEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const CLOSE = ['Connection', 'close'] as const;
const TAG = ['ETag', '"v1"'] as const;
const DATE = ['Date', 'Tue, 03 Feb 2015 10:00:00 GMT'] as const;
const QUICK = { backoff: { baseMs: 0 } } as const;
const DIFFERS = 'differs:httpx does not resume downloads';

type Reply = Uint8Array | { readonly bytes: Uint8Array | string; readonly after: 'end' };
type Fields = readonly (readonly [string, string])[];

/** Content in which no two parts are the same. */
const CONTENT = Buffer.from(Array.from({ length: 4000 }, (_, index) => `${index},`).join(''));

/** The beginning of a response that breaks off. */
function cut(content: Uint8Array, length: number, fields: Fields = [TAG], status = 200): Reply {
  const head = reply(status, [CLOSE, ...fields, ['Content-Length', String(content.length)]], '');
  return { bytes: Buffer.concat([head, content.subarray(0, length)]), after: 'end' };
}

function rangeOf(request: ReceivedRequest): { readonly start: number; readonly end: number } {
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.get('range') ?? '');
  if (match === null) throw new Error(`no range: ${request.get('range')}`);
  return { start: Number(match[1]), end: match[2] === '' ? CONTENT.length - 1 : Number(match[2]) };
}

/** The part that was asked for, or the beginning of it. */
function part(request: ReceivedRequest, length = Infinity, fields: Fields = [TAG]): Reply {
  const { start, end } = rangeOf(request);
  const content = CONTENT.subarray(start, end + 1);
  const place = range(`bytes ${start}-${end}/${CONTENT.length}`);
  return cut(content, Math.min(length, content.length), [...fields, place], 206);
}

function range(text: string): readonly [string, string] {
  return ['Content-Range', text];
}

async function failure(work: Promise<unknown>): Promise<HTTPError> {
  try {
    await work;
  } catch (error) {
    return error as HTTPError;
  }
  throw new Error('it did not fail');
}

/** Downloads from a server that breaks off first and answers like this then. */
async function second(
  t: CaseContext,
  answer: (request: ReceivedRequest) => Reply,
  fields: Fields = [TAG],
): Promise<{ readonly text: Promise<string>; readonly requests: () => readonly ReceivedRequest[] }> {
  const server = await t.replies((request) =>
    request.index === 0 ? cut(CONTENT, 1000, fields) : answer(request),
  );
  const client = t.client({ resume: { ...QUICK, attempts: 2 } });
  const text = client.get(server.url()).then((response) => response.text);
  text.catch(() => {});
  return { text, requests: () => server.exchanges };
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RG-01',
    rows: ['RG-01'],
    title: 'a download that breaks off again and again arrives whole, nothing twice and nothing left out',
    verdict: DIFFERS,
    rfc: 'RFC 9110 §14.2, §13.1.5',
    layer: 'bytes',
    splits: ['whole', 'random'],
    needs: ['pool'],
    async run(t) {
      const answer = (request: ReceivedRequest): Reply => {
        if (request.index === 0) return cut(CONTENT, 3000);
        return request.index < 4 ? part(request, 4000 + request.index) : part(request);
      };
      const client = t.client({ headers: { 'X-Own': '1' }, resume: QUICK });
      const server = await t.replies(answer);
      const { bytes } = await client.get(server.url());
      t.assert.ok(CONTENT.equals(bytes), `${bytes.length} octets`);
      const names = ['range', 'if-range', 'accept-encoding', 'x-own'];
      t.assert.deepEqual(
        server.exchanges.map((request) => names.map((name) => request.get(name) ?? null)),
        [
          [null, null, 'identity', '1'],
          ['bytes=3000-', '"v1"', 'identity', '1'],
          ['bytes=7001-', '"v1"', 'identity', '1'],
          ['bytes=11003-', '"v1"', 'identity', '1'],
          ['bytes=15006-', '"v1"', 'identity', '1'],
        ],
      );
      const streamed = await client.stream('GET', (await t.replies(answer)).url());
      const chunks: Uint8Array[] = [];
      for await (const chunk of streamed) chunks.push(chunk);
      t.assert.ok(CONTENT.equals(Buffer.concat(chunks)));
      t.assert.equal(streamed.bytesReceived, CONTENT.length);
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'RG-02',
    rows: ['RG-02', 'RG-05'],
    title: 'only what a strong validator identifies is resumed, and only content that is not coded',
    verdict: DIFFERS,
    rfc: 'RFC 9110 §13.1.5, §8.8.2.2',
    layer: 'live',
    async run(t) {
      const older = ['Last-Modified', 'Tue, 03 Feb 2015 09:59:00 GMT'] as const;
      const strong: Fields[] = [[TAG], [['ETag', '""']], [DATE, older], [TAG, DATE, older]];
      for (const fields of strong) {
        const { text, requests } = await second(t, (request) => part(request, Infinity, fields), fields);
        t.assert.equal(await text, CONTENT.toString());
        const [, validator] = fields[0] === DATE ? older : fields[0]!;
        t.assert.equal(requests()[1]!.get('if-range'), validator);
      }
      for (const [fields, note] of [
        [[], /no strong ETag/],
        [[['ETag', 'W/"v1"']], /no strong ETag/],
        [[['ETag', 'W/"v1"'], DATE, older], /no strong ETag/],
        [[['Last-Modified', older[1]]], /Last-Modified/],
        [[DATE, ['Last-Modified', DATE[1]]], /Last-Modified/],
        [[TAG, ['Accept-Ranges', 'none']], /Accept-Ranges/],
        [[TAG, ['Content-Encoding', 'br']], /coded \(br\)/],
      ] as readonly (readonly [Fields, RegExp])[]) {
        const { text, requests } = await second(t, part, fields);
        const error = await failure(text);
        t.assert.deepEqual(
          [error.name, error.retries?.stopped, requests().length],
          ['RemoteProtocolError', 'representation', 1],
        );
        t.assert.match(error.retries!.note, note);
      }
    },
  },
  {
    id: 'RG-03',
    rows: ['RG-03', 'RG-05'],
    title:
      'another representation, or not the part that was asked for, is a ResumeError with the first failure',
    verdict: DIFFERS,
    rfc: 'RFC 9110 §15.3.7',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const total = CONTENT.length;
      const rest = CONTENT.subarray(1000);
      for (const [answer, reason] of [
        [reply(200, [CLOSE, ['ETag', '"v2"']], CONTENT), /has changed/],
        [reply(200, [CLOSE], CONTENT), /has changed/],
        [reply(412, [CLOSE]), /has changed \(status 412\)/],
        [reply(416, [CLOSE]), /has changed \(status 416\)/],
        [reply(404, [CLOSE]), /status 404/],
        [reply(206, [CLOSE, TAG], rest), /no Content-Range/],
        [reply(206, [CLOSE, TAG, range(`bytes 999-${total - 1}/${total}`)], rest), /begins at octet 999/],
        [reply(206, [CLOSE, TAG, range(`bytes 1000-${total}/${total + 1}`)], rest), /octets now/],
        [
          reply(206, [CLOSE, ['ETag', '"v2"'], range(`bytes 1000-${total - 1}/${total}`)], rest),
          /another repr/,
        ],
        [
          reply(
            206,
            [CLOSE, TAG, ['Content-Encoding', 'br'], range(`bytes 1000-${total - 1}/${total}`)],
            rest,
          ),
          /coded/,
        ],
      ] as readonly (readonly [Buffer, RegExp])[]) {
        const { text, requests } = await second(t, () => answer);
        const error = await failure(text);
        t.assert.deepEqual([error.name, error.code, requests().length], ['ResumeError', 'ERR_RESUME', 2]);
        t.assert.match(error.message, reason);
        t.assert.match(error.message, /after 1000 octets/);
        t.assert.equal((error.cause as Error).name, 'RemoteProtocolError');
      }
    },
  },
  {
    id: 'RG-04',
    rows: ['RG-04'],
    title:
      'the same representation from its beginning is skipped to the place; a short part is followed by the next',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const whole = await second(t, () => reply(200, [CLOSE, TAG], CONTENT));
      t.assert.equal(await whole.text, CONTENT.toString());
      const short = await second(t, (request) => {
        const { start } = rangeOf(request);
        const end = Math.min(start + 4999, CONTENT.length - 1);
        return reply(206, [CLOSE, TAG, range(`bytes ${start}-${end}/*`)], CONTENT.subarray(start, end + 1));
      });
      t.assert.equal(await short.text, CONTENT.toString());
      t.assert.deepEqual(
        short.requests().map((request) => request.get('range') ?? null),
        [null, 'bytes=1000-', 'bytes=6000-', 'bytes=11000-', 'bytes=16000-'],
      );
      // Of unknown length: the first part tells it.
      const server = await t.replies((request) => {
        if (request.index > 0) return part(request);
        const head = reply(200, [CLOSE, TAG, ['Transfer-Encoding', 'chunked']], '');
        return {
          bytes: Buffer.concat([head, Buffer.from('3e8\r\n'), CONTENT.subarray(0, 1000)]),
          after: 'end',
        };
      });
      const response = await t.client().get(server.url(), { resume: QUICK });
      t.assert.equal(response.text, CONTENT.toString());
    },
  },
  {
    id: 'RG-06',
    rows: ['RG-06'],
    title:
      'so many attempts in a row that bring nothing end it; a busy server is waited for; hooks and progress follow',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const seen: RetryEvent[] = [];
      const client = t.client({ hooks: { retry: [(event) => void seen.push(event)] } });
      const gone: Reply = { bytes: '', after: 'end' };
      const dead = await t.replies((request) => (request.index === 0 ? cut(CONTENT, 1000) : gone));
      const error = await failure(client.get(dead.url(), { resume: { ...QUICK, attempts: 3 } }));
      t.assert.deepEqual(
        [error.name, error.retries?.stopped, error.retries?.attempts, dead.requests.length],
        ['RemoteProtocolError', 'attempts', 4, 4],
      );
      t.assert.equal(seen.length, 3);
      const progress: (readonly [number, number | null])[] = [];
      const busy = await t.replies((request) => {
        if (request.index === 0) return cut(CONTENT, 1000);
        return request.index === 1 ? reply(503, [CLOSE, ['Retry-After', '0.01']]) : part(request);
      });
      seen.length = 0;
      const response = await client.get(busy.url(), {
        resume: QUICK,
        onDownloadProgress: ({ transferred, total }) => void progress.push([transferred, total]),
      });
      t.assert.equal(response.text, CONTENT.toString());
      t.assert.deepEqual(
        seen.map(({ delayMs, response: held }) => [delayMs, held]),
        [
          [0, null],
          [10, null],
        ],
      );
      t.assert.deepEqual(progress.at(-1), [CONTENT.length, CONTENT.length]);
      t.assert.deepEqual(
        progress.map(([transferred]) => transferred),
        progress.map(([transferred]) => transferred).toSorted((one, other) => one - other),
      );
      t.assert.equal(client.stats.active, 0);
    },
  },
  {
    id: 'RG-06.cancel',
    rows: ['RG-06'],
    title: 'abort, close and giving the response up end the wait for another attempt',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      for (const way of ['abort', 'cancel', 'close'] as const) {
        const server = await t.replies(cut(CONTENT, 1000));
        let waiting!: () => void;
        const reached = new Promise<void>((resolve) => {
          waiting = resolve;
        });
        const client = t.client({ hooks: { retry: [() => waiting()] } });
        const controller = new AbortController();
        const response = await client.stream('GET', server.url(), {
          signal: controller.signal,
          resume: { backoff: { baseMs: 3_600_000, maxMs: 3_600_000, jitter: 'none' } },
        });
        const outcome = response.read().then(
          () => 'read',
          (error: unknown) => (error as Error).name,
        );
        await reached;
        await new Promise((resolve) => {
          setTimeout(resolve, 10);
        });
        if (way === 'abort') controller.abort();
        else await (way === 'close' ? client.close() : response.cancel());
        const expected = { abort: 'AbortError', cancel: 'StreamClosed', close: 'ClientClosed' }[way];
        t.assert.equal(await outcome, expected);
        t.assert.equal(server.requests.length, 1);
      }
    },
  },
  {
    id: 'RG-07',
    rows: ['RG-07'],
    title: 'a part that the caller asked for is resumed within itself; other methods and statuses are not',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const server = await t.replies((request) => part(request, request.index === 0 ? 50 : Infinity));
      const client = t.client({ resume: QUICK });
      const response = await client.get(server.url(), { headers: { Range: 'bytes=100-299' } });
      t.assert.deepEqual([response.status, response.text], [206, CONTENT.subarray(100, 300).toString()]);
      t.assert.deepEqual(
        server.exchanges.map((request) => request.get('range')),
        ['bytes=100-299', 'bytes=150-299'],
      );
      const other = await t.replies((request) =>
        cut(CONTENT, 10, [TAG], request.target === '/404' ? 404 : 200),
      );
      await t.assert.rejects(client.post(other.url()), { name: 'RemoteProtocolError' });
      await t.assert.rejects(client.get(other.url('/404')), { name: 'RemoteProtocolError' });
      await t.assert.rejects(client.get(other.url(), { resume: false }), { name: 'RemoteProtocolError' });
      t.assert.equal(other.requests.length, 3);
      for (const resume of [5, 'x', { attempts: 0 }, { tries: 1 }, { backoff: { factor: 0 } }])
        await t.assert.rejects(client.get(other.url(), { resume: resume as never }), {
          name: 'InvalidArgument',
        });
    },
  },
];
