import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { reply } from '../../fixtures/reply-server.ts';
import type { Trace, TraceEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

function recorder(): {
  readonly events: TraceEvent[];
  readonly trace: Trace;
  readonly names: () => string[];
} {
  const events: TraceEvent[] = [];
  return {
    events,
    trace: (event) => void events.push(event),
    names: () => events.map(({ name }) => name),
  };
}

/** What an exchange on a connection that is there already goes through. */
const EXCHANGE = [
  'http11.send_request_headers.started',
  'http11.send_request_headers.complete',
  'http11.send_request_body.started',
  'http11.send_request_body.complete',
  'http11.receive_response_headers.started',
  'http11.receive_response_headers.complete',
  'http11.receive_response_body.started',
  'http11.receive_response_body.complete',
  'http11.response_closed.started',
  'http11.response_closed.complete',
];

/** Events of the request as a whole, which come when its promises do. */
function withoutClient(names: readonly string[]): string[] {
  return names.filter((name) => !name.startsWith('client.'));
}

/** Who is told of the ends of connections, and which ones. */
function closings(list: readonly TraceEvent[]): unknown[] {
  return list
    .filter(({ name }) => name === 'connection.close')
    .map(({ requestId, info }) => [requestId === 0 ? 'nobody' : 'a request', info['connection']]);
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(65_536);
}

async function* broken(): AsyncGenerator<string> {
  yield 'some';
  throw new Error('no more');
}

/** Every step that was started has exactly one outcome, and none has one without. */
function expectPairs(t: CaseContext, events: readonly TraceEvent[]): void {
  const open: string[] = [];
  for (const { name } of events) {
    const [, step = '', outcome = ''] = /^(.+)\.(started|complete|failed)$/.exec(name) ?? [];
    if (outcome === 'started') open.push(step);
    else if (outcome !== '') {
      const index = open.lastIndexOf(step);
      t.assert.ok(
        index !== -1,
        `${name} without a start in\n${events.map((event) => event.name).join('\n')}`,
      );
      open.splice(index, 1);
    }
  }
  t.assert.deepEqual(open, [], `no outcome in\n${events.map((event) => event.name).join('\n')}`);
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'XT-01',
    rows: ['XT-01'],
    title: 'extensions of a request: target, server name, trace, limits of its own; nothing else',
    verdict: 'same',
    layer: 'live',
    needs: ['trace', 'timeouts', 'wire-bytes'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const own = recorder();
      const shared = recorder();
      const client = t.client({ trace: shared.trace });
      await client.get(server.url(), { extensions: { target: '/other', trace: own.trace } });
      t.assert.equal(server.requests[0]?.target, '/other');
      t.assert.deepEqual(own.names(), shared.names());
      await client.get(server.url());
      t.assert.ok(own.events.length < shared.events.length);
      // The limits of a request hold wherever it is sent; phases that they leave out have none.
      const silent = await t.scripted((peer) => peer.closed);
      const request = client.buildRequest('GET', silent.url(), { extensions: { timeout: { read: 30 } } });
      await t.assert.rejects(client.send(request, { timeout: 60_000 }), { name: 'ReadTimeout' });
      for (const extensions of [{ sni_hostname: 'x' }, { Target: '/' }] as object[])
        await t.assert.rejects(client.get(server.url(), { extensions }), { name: 'InvalidArgument' });
    },
  },
  {
    id: 'XT-02',
    rows: ['XT-02'],
    title: 'every step that starts completes or fails, whatever happens',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'trace', 'timeouts', 'socket-options', 'tls'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        const { target } = await peer.readHead();
        if (target === '/garbage') await peer.send('garbage\r\n\r\n');
        if (target === '/half' || target === '/cut')
          await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok');
        if (target === '/cut') await peer.end();
        if (target === '/upload') peer.pause();
        await peer.closed;
      });
      const refused = await t.refusedPort();
      const hole = await t.blackHole();
      const untrusted = await t.httpServer({ tls: t.serverTLS });
      const deaf = await t.scripted((peer) => peer.closed);
      const options = { timeout: { connect: 250, write: 250, read: 250, pool: 250 } };
      const failing = [
        { url: server.url('/garbage'), last: 'http11.receive_response_headers.failed' },
        { url: server.url('/silent'), last: 'http11.receive_response_headers.failed' },
        { url: server.url('/cut'), last: 'http11.receive_response_body.failed' },
        { url: server.url('/half'), last: 'http11.receive_response_body.failed' },
        { url: server.url('/upload'), content: endless(), last: 'http11.send_request_body.failed' },
        { url: server.url('/broken'), content: broken(), last: 'http11.send_request_body.failed' },
        { url: refused.url, last: 'connection.connect_tcp.failed' },
        {
          url: hole.url,
          last: hole.kind === 'backlog' ? 'connection.connect_tcp.failed' : 'connection.start_tls.failed',
        },
        { url: 'http://nowhere.test/', last: 'connection.lookup.failed' },
        { url: 'http://silent.test/', last: 'connection.lookup.failed' },
        { url: untrusted.url('/get'), last: 'connection.start_tls.failed' },
        { url: deaf.url().replace('http:', 'https:'), last: 'connection.start_tls.failed' },
      ];
      for (const { url, content, last } of failing) {
        const { events, trace, names } = recorder();
        const client = t.client({
          ...options,
          trace,
          limits: { maxConnections: 1 },
          socket: {
            lookup(name, _options, done) {
              if (name === 'nowhere.test') done(new Error('no such name'), []);
            },
          },
        });
        const work = client.request('PUT', url, content === undefined ? {} : { content });
        await t.assert.rejects(work, Error, url);
        expectPairs(t, events);
        const failed = names().filter((name) => name.endsWith('.failed'));
        t.assert.ok(failed.includes(last), `${url}: ${failed.join()}`);
        // The request as a whole is done with when the head of the response is there.
        const hasHead = names().includes('client.request.complete');
        t.assert.equal(failed.at(-1), hasHead ? last : 'client.request.failed');
        for (const { name, info } of events) {
          if (name.endsWith('.failed')) t.assert.ok(info['error'] instanceof Error, name);
        }
        for (const peer of server.peers) peer.resume();
      }
    },
  },
  {
    id: 'XT-02.groups',
    rows: ['XT-02', 'XT-04'],
    title: 'events are numbered by request, in time, and published by group',
    verdict: 'same',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const server = await t.httpServer();
      const { events, trace } = recorder();
      const published: TraceEvent[] = [];
      const listener = (event: unknown): void => void published.push(event as TraceEvent);
      const channels = Object.values(t.tern.DIAGNOSTICS_CHANNELS);
      for (const name of channels) subscribe(name, listener);
      t.defer(() => {
        for (const name of channels) unsubscribe(name, listener);
      });
      const client = t.client({ trace, redirect: true });
      await client.get(server.url('/redirect/2'));
      await client.get(server.url('/get'));
      const own = published.filter(({ requestId }) => requestId !== 0);
      t.assert.deepEqual(own, events);
      const ids = [...new Set(events.map(({ requestId }) => requestId))];
      t.assert.deepEqual([ids.length, ids[1]! > ids[0]!], [2, true]);
      t.assert.deepEqual(events.filter(({ name }) => name === 'client.redirect').length, 2);
      const times = events.map(({ time }) => time);
      t.assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
      for (const { name } of events)
        t.assert.match(name, /^(?:client|connection|http11|pool)\.[a-z_]+(?:\.[a-z]+)?$/);
    },
  },
  {
    id: 'XT-03',
    rows: ['XT-03'],
    title: 'the events of a plain GET, on a new connection and on one that was used',
    verdict: 'differs:the wait for a connection and the request as a whole are told, too',
    layer: 'live',
    needs: ['pool', 'trace', 'socket-options', 'tls'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const secure = await t.replies(PLAIN, { tls: t.serverTLS });
      const { events, trace, names } = recorder();
      const client = t.client({
        trace,
        tls: { ca: t.ca.certificate },
        socket: { lookup: (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]) },
      });
      const traced = async (url: string): Promise<string[]> => {
        events.length = 0;
        await client.get(url);
        expectPairs(t, events);
        t.assert.equal(names()[0], 'client.request.started');
        t.assert.ok(names().includes('client.request.complete'));
        return withoutClient(names());
      };
      const tcp = ['connection.connect_tcp.started', 'connection.connect_tcp.complete'];
      const lookup = ['connection.lookup.started', 'connection.lookup.complete'];
      const tls = ['connection.start_tls.started', 'connection.start_tls.complete'];
      const [started, complete] = ['pool.acquire.started', 'pool.acquire.complete'];
      t.assert.deepEqual(await traced(server.url()), [started, ...tcp, complete, ...EXCHANGE]);
      t.assert.deepEqual(await traced(server.url()), [started, complete, ...EXCHANGE]);
      const named = `https://localhost:${secure.port}/`;
      t.assert.deepEqual(await traced(named), [started, ...lookup, ...tcp, ...tls, complete, ...EXCHANGE]);
    },
  },
  {
    id: 'XT-03.close',
    rows: ['XT-03'],
    title: 'the end of a connection is told: to its last request, or, if it was idle, on the channel',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'trace'],
    async run(t) {
      const server = await t.replies(({ target }) =>
        reply(200, target === '/last' ? [['Connection', 'close']] : []),
      );
      const { events, trace } = recorder();
      const published: TraceEvent[] = [];
      const listener = (event: unknown): void => void published.push(event as TraceEvent);
      subscribe(t.tern.DIAGNOSTICS_CHANNELS.connection, listener);
      t.defer(() => void unsubscribe(t.tern.DIAGNOSTICS_CHANNELS.connection, listener));
      const client = t.client({ trace });
      const kept = await client.get(server.url());
      t.assert.deepEqual(closings(events), []);
      const last = await client.get(server.url('/last'));
      t.assert.equal(last.connection?.id, kept.connection?.id);
      t.assert.deepEqual(closings(events), [['a request', last.connection?.id]]);
      const idle = await client.get(server.url());
      await client.close();
      t.assert.deepEqual(closings(published), [
        ['a request', last.connection?.id],
        ['nobody', idle.connection?.id],
      ]);
    },
  },
  {
    id: 'XT-04',
    rows: ['XT-04', 'LG-02'],
    title: 'events carry what is known of the step; secrets are masked',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace', 'wire-bytes', 'informational'],
    async run(t) {
      const server = await t.replies(
        `HTTP/1.1 103 Early\r\nSet-Cookie: session=hunter2\r\n\r\n${String(
          reply(200, [
            ['Set-Cookie', 'session=hunter2'],
            ['X-Plain', 'shown'],
          ]),
        )}`,
      );
      const { events, trace } = recorder();
      const client = t.client({ trace });
      await client.post(server.url('/path?token=hunter2&page=2').replace('http://', 'http://user:hunter2@'), {
        headers: { 'X-Api-Key': 'hunter2', 'X-Plain': 'shown' },
        cookies: { session: 'hunter2' },
        content: 'body',
      });
      t.assert.doesNotMatch(JSON.stringify(events), /hunter2|aHVudGVyMg/);
      const info = (name: string): Readonly<Record<string, unknown>> =>
        events.find((event) => event.name === name)?.info ?? {};
      t.assert.equal(info('pool.acquire.started')['origin'], server.origin);
      t.assert.deepEqual(info('connection.connect_tcp.started'), { host: '127.0.0.1', port: server.port });
      const sent = info('http11.send_request_headers.started');
      t.assert.deepEqual([sent['method'], sent['target']], ['POST', '/path?token=[secure]&page=2']);
      const headers = new Map(sent['headers'] as [string, string][]);
      t.assert.deepEqual(
        ['Host', 'Authorization', 'Cookie', 'X-Api-Key', 'X-Plain'].map((name) => headers.get(name)),
        [`127.0.0.1:${server.port}`, '[secure]', '[secure]', '[secure]', 'shown'],
      );
      t.assert.deepEqual(info('http11.send_request_body.complete'), { bytes: 4 });
      t.assert.equal(info('http11.informational')['status'], 103);
      const received = info('http11.receive_response_headers.complete');
      t.assert.deepEqual([received['status'], received['reason'], received['version']], [200, 'OK', '1.1']);
      t.assert.deepEqual(received['headers'], [
        ['Set-Cookie', '[secure]'],
        ['X-Plain', 'shown'],
        ['Content-Length', '0'],
      ]);
      t.assert.deepEqual(info('http11.receive_response_body.complete'), { bytes: 0 });
      t.assert.equal(info('client.request.complete')['status'], 200);
      const { url } = await t.refusedPort();
      await t.assert.rejects(client.get(`${url}?token=hunter2`), { name: 'ConnectError' });
      const { error } = info('connection.connect_tcp.failed');
      t.assert.ok(error instanceof Error);
      t.assert.doesNotMatch(String((info('client.request.failed')['error'] as Error).message), /hunter2/);
    },
  },
  {
    id: 'XT-05',
    rows: ['XT-05'],
    title: 'a trace callback is an ordinary function; what it returns is not waited for',
    verdict: 'differs:there is one client, and one kind of callback',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const server = await t.replies(PLAIN);
      let calls = 0;
      const client = t.client({
        // oxlint-disable-next-line typescript/no-misused-promises -- that nobody waits for it is the point
        trace: () => {
          calls++;
          return new Promise(() => {});
        },
      });
      t.assert.equal((await client.get(server.url())).text, 'ok');
      t.assert.ok(calls > 10);
    },
  },
];
