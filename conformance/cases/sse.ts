import { reply } from '../../fixtures/reply-server.ts';
import type { ScriptedPeer } from '../../fixtures/scripted-peer.ts';
import type { ServerSentEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const TYPE = [['Content-Type', 'text/event-stream']] as const;
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Sends a piece of a stream as a chunk of its own. */
async function piece(peer: ScriptedPeer, text: string): Promise<void> {
  await peer.send(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

async function all(events: AsyncIterable<ServerSentEvent>): Promise<ServerSentEvent[]> {
  const seen: ServerSentEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

/** The events of one response with this content. */
async function parsed(t: CaseContext, content: string | Uint8Array): Promise<unknown[]> {
  const server = await t.replies(reply(200, TYPE, content));
  await using response = await t.client().stream('GET', server.url());
  return (await all(response.events())).map(({ event, data, id }) => [event, data, id]);
}

const DIFFERS = 'differs:httpx has no event streams';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'SE-01',
    rows: ['SE-01'],
    title: 'fields become events: data joined, type, id that stays, unknown fields and open events dropped',
    verdict: DIFFERS,
    rfc: 'HTML §9.2.6',
    layer: 'bytes',
    async run(t) {
      const content =
        'event: add\ndata: one\ndata:two\ndata\nid: 7\n\n' +
        'data:  spaced\nnonsense\nDATA: no\nevent\n\n' +
        'event: empty\nid: 8\n\n' +
        'id: 9\u0000\ndata: x\r\r\ndata: y\r\n\r\n: comment\nid\ndata\n\n' +
        'data: never ended';
      t.assert.deepEqual(await parsed(t, content), [
        ['add', 'one\ntwo\n', '7'],
        ['message', ' spaced', '7'],
        ['message', 'x', '8'],
        ['message', 'y', '8'],
        ['message', '', ''],
      ]);
    },
  },
  {
    id: 'SE-02',
    rows: ['SE-02'],
    title: 'one byte order mark is dropped; text is UTF-8 whatever the charset, broken octets are replaced',
    verdict: DIFFERS,
    rfc: 'HTML §9.2.5',
    layer: 'bytes',
    async run(t) {
      const content = Buffer.concat([
        Buffer.from('\uFEFFdata: ä…😀\n\ndata: '),
        Buffer.of(0xc3),
        Buffer.from('\n\n'),
      ]);
      t.assert.deepEqual(await parsed(t, content), [
        ['message', 'ä…😀', ''],
        ['message', '\uFFFD', ''],
      ]);
      const twice = Buffer.from('\uFEFF\uFEFFdata: lost\n\ndata: kept\n\n');
      t.assert.deepEqual(await parsed(t, twice), [['message', 'kept', '']]);
      const type = [['Content-Type', 'text/event-stream; charset=windows-1252']] as const;
      const server = await t.replies(reply(200, type, 'data: ä\n\n'));
      await using response = await t.client().stream('GET', server.url());
      const [event] = await all(response.events());
      t.assert.equal(event?.data, 'ä');
    },
  },
  {
    id: 'SE-03',
    rows: ['SE-03'],
    title:
      'a line or an event that is too long is an error before it is complete, and lets go of the connection',
    verdict: DIFFERS,
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        const { target } = await peer.readHead();
        await peer.send(HEAD);
        await piece(
          peer,
          target === '/line' ? `data: ok\n\ndata: ${'x'.repeat(64)}` : 'data: 0123456789\n'.repeat(9),
        );
      });
      const client = t.client();
      for (const [path, limit, events] of [
        ['/line', { maxLineBytes: 32 }, 1],
        ['/event', { maxEventBytes: 100 }, 0],
      ] as const) {
        const stream = await client.sse(server.url(path), limit);
        let seen = 0;
        await t.assert.rejects(
          async () => {
            for await (const event of stream) seen += event.data === 'ok' ? 1 : 0;
          },
          { name: 'EventStreamError', code: 'ERR_CONTENT_LIMIT' },
        );
        t.assert.equal(seen, events);
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'SE-04',
    rows: ['SE-04'],
    title: 'Accept and Cache-Control are those of a browser, unless the caller gives others',
    verdict: DIFFERS,
    rfc: 'HTML §9.2.2',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(204));
      const client = t.client({ headers: { 'X-Client': '1' } });
      await (await client.sse(server.url())).close();
      const headers = { accept: 'text/event-stream, text/plain', 'Last-Event-ID': 'own', 'X-Client': null };
      await (await client.sse(server.url(), { headers })).close();
      await (await client.sse(server.url(), { headers, lastEventId: 'é…' })).close();
      const [first, second, third] = server.exchanges;
      t.assert.deepEqual(
        ['accept', 'cache-control', 'last-event-id', 'x-client'].map((name) => first!.get(name) ?? null),
        ['text/event-stream', 'no-cache', null, '1'],
      );
      t.assert.equal(second!.get('accept'), 'text/event-stream, text/plain');
      t.assert.equal(second!.get('last-event-id'), 'own');
      t.assert.equal(second!.get('x-client') ?? null, null);
      t.assert.equal(Buffer.from(third!.get('last-event-id')!, 'latin1').toString(), 'é…');
    },
  },
  {
    id: 'SE-05',
    rows: ['SE-05'],
    title: 'another status or media type is an error of its own, which leaves no connection in use',
    verdict: DIFFERS,
    rfc: 'HTML §9.2.3',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const client = t.client();
      const failing = async (answer: Buffer): Promise<unknown> => {
        const server = await t.replies(answer);
        const error: unknown = await client.sse(server.url()).catch((reason: unknown) => reason);
        t.assert.equal(server.requests.length, 1);
        t.assert.equal(client.stats.active, 0);
        return error;
      };
      const refused = await failing(reply(429, [['Content-Type', 'application/json']], '{"why":"quota"}'));
      t.assert.ok(t.tern.isHTTPStatusError(refused));
      const { response } = refused as InstanceType<typeof t.tern.HTTPStatusError>;
      t.assert.deepEqual((response as InstanceType<typeof t.tern.Response>).json(), { why: 'quota' });
      for (const answer of [
        reply(200, [['Content-Type', 'text/plain']], 'data: x\n\n'),
        reply(200, [], 'data: x\n\n'),
        reply(206, TYPE, 'data: x\n\n'),
      ]) {
        const error = await failing(answer);
        t.assert.ok(error instanceof t.tern.EventStreamError);
        t.assert.equal((error as InstanceType<typeof t.tern.EventStreamError>).code, 'ERR_EVENT_STREAM');
      }
      const server = await t.replies(reply(200, [['Content-Type', 'text/plain']], 'data: x\n\n'));
      const events = await client.sse(server.url(), { anyContentType: true, reconnect: false });
      t.assert.deepEqual(
        (await all(events)).map(({ data }) => data),
        ['x'],
      );
      await using plain = await client.stream('GET', server.url());
      t.assert.throws(() => plain.events(), { code: 'ERR_EVENT_STREAM' });
      t.assert.equal(plain.isClosed, false);
    },
  },
  {
    id: 'SE-09',
    rows: ['SE-09'],
    title: 'with a body it is a POST that is opened once; reconnecting has to be asked for',
    verdict: DIFFERS,
    layer: 'live',
    async run(t) {
      const server = await t.replies((request) =>
        reply(200, TYPE, `retry: 1\nid: ${request.index}\ndata: {"n":${request.index}}\n\n`),
      );
      const client = t.client();
      const answer = await client.sse(server.url('/chat'), { json: { prompt: 'hi' } });
      t.assert.deepEqual(
        (await all(answer)).map((event) => event.json()),
        [{ n: 0 }],
      );
      t.assert.deepEqual(
        [server.exchanges[0]!.method, server.exchanges[0]!.body.text],
        ['POST', '{"prompt":"hi"}'],
      );
      t.assert.equal(server.requests.length, 1);
      const again = await client.sse(server.url('/chat'), { json: { prompt: 'hi' }, reconnect: true });
      const ids: string[] = [];
      for await (const { id } of again) if (ids.push(id) === 2) break;
      t.assert.deepEqual(ids, ['1', '2']);
      t.assert.deepEqual(
        server.exchanges
          .slice(1)
          .map((request) => [request.method, request.body.text, request.get('last-event-id') ?? null]),
        [
          ['POST', '{"prompt":"hi"}', null],
          ['POST', '{"prompt":"hi"}', '1'],
        ],
      );
    },
  },
  {
    id: 'SE-10',
    rows: ['SE-10'],
    title: 'data as JSON, or an error that says where it is none; comments on request',
    verdict: DIFFERS,
    layer: 'bytes',
    async run(t) {
      const content =
        ': ping\nretry: 20\ndata: {"a":\ndata: [1]}\n\n:pong\nretry: 1x\nretry: +5\ndata: {"a"\n\n';
      const server = await t.replies(reply(200, TYPE, content));
      const comments: string[] = [];
      await using response = await t.client().stream('GET', server.url());
      const stream = response.events({ onComment: (text) => comments.push(text) });
      const [good, bad] = await all(stream);
      t.assert.deepEqual(good!.json(), { a: [1] });
      t.assert.deepEqual([good!.retry, bad!.retry, stream.retry], [20, null, 20]);
      t.assert.throws(() => bad!.json(), { name: 'DecodingError', code: 'ERR_INVALID_JSON' });
      t.assert.throws(
        () =>
          good!.json(() => {
            throw new RangeError('of the reviver');
          }),
        RangeError,
      );
      t.assert.deepEqual(comments, ['ping', 'pong']);
      t.assert.throws(() => new t.tern.StreamResponse(200).events({ maxLineBytes: 0 }), {
        name: 'InvalidArgument',
      });
      t.assert.throws(() => new t.tern.StreamResponse(200).events({ x: 1 } as object), {
        name: 'InvalidArgument',
      });
    },
  },
];
