import { describe, expect, test } from 'vitest';
import { type NativeBench, useNativeBench } from '../../../../fixtures/native-bench.ts';
import { DEFAULT_HTTP2 } from '../../../models/http2-options.ts';
import { type ConnectionMeta, DEFAULT_PARSER_LIMITS } from '../../contract.ts';
import { IS_LAST, NONE } from '../records.ts';
import { NativeHTTP2Connection } from './connection.ts';

const CANCELLED = 'the connection was closed by its owner';
const meta = {
  backend: 'native',
  protocol: 'h2',
  id: 1,
  localAddress: '127.0.0.1',
  localPort: 1,
  remoteAddress: '127.0.0.1',
  remotePort: 2,
  tls: null,
  proxy: null,
  timings: { dns: null, connect: 0, tls: null, proxy: null },
} satisfies ConnectionMeta;

const open = useNativeBench(
  (driver, id) =>
    new NativeHTTP2Connection(driver, id, {
      meta,
      settings: { ...DEFAULT_HTTP2, maxConcurrentStreams: 50 },
      limits: DEFAULT_PARSER_LIMITS,
      scheme: 'http',
      authority: 'fallback:1',
    }),
);

async function bench(): Promise<NativeBench<NativeHTTP2Connection>> {
  const opened = open();
  expect(await opened.host.taken()).toMatchObject([
    { kind: 'beginHTTP', id: opened.id, a: 1, text: '1048576\n16777216\n16384\n4096' },
  ]);
  return opened;
}

test('a request is a command, its body others; a response comes back by the number of its stream', async () => {
  const { host, id, connection, begin } = await bench();
  host.add('settings', id, { a: NONE }).tell();
  const first = begin({ fields: ['Host', 'a.test', 'X-A', 'b'], credit: 1000 });
  const second = begin({ method: 'POST', body: Buffer.from('xyz'), framing: 'length' });
  expect([first.exchange.streamId, second.exchange.streamId]).toEqual([1, 3]);
  expect(await host.taken()).toMatchObject([
    {
      kind: 'stream',
      a: 1 + IS_LAST,
      b: 1000,
      text: ':method\nGET\n:scheme\nhttp\n:authority\na.test\n:path\n/\nx-a\nb\n',
    },
    { kind: 'stream', a: 3, b: 0xffffffff },
    { kind: 'streamData', a: 3 + IS_LAST, text: 'xyz' },
  ]);
  host
    .add('head', id, { a: 204, b: 0, c: 3, text: '' })
    .add('end', id, { c: 3 })
    .add('informational', id, { a: 103, c: 1, text: 'link\nx\n' })
    .add('head', id, { a: 200, b: NONE, c: 1, text: 'x\n1\nx\n2\n' })
    .add('data', id, { c: 1, text: 'some ' })
    .add('data', id, { c: 1, text: 'more' })
    .add('end', id, { a: 2, c: 1, text: 'sum\n9\n' })
    .tell();
  expect((await second.sink.ended).head).toMatchObject({ status: 204, version: '2', reason: '', fields: [] });
  expect(await first.sink.ended).toMatchObject({
    interim: [[103, ['link', 'x']]],
    head: { status: 200, fields: ['x', '1', 'x', '2'] },
    body: 'some more',
    trailers: ['sum', '9'],
  });
  expect(connection.capacity).toBe(50);
});

test('a streamed body, its trailers and what has left', async () => {
  const { host, id, begin } = await bench();
  const { exchange, sink } = begin({ body: 'stream', framing: 'chunked', announcesTrailers: true });
  expect(exchange.write(Buffer.alloc(16_000))).toBe(true);
  expect(exchange.write(Buffer.alloc(1000))).toBe(false);
  host.add('sent', id, { a: 17_000, c: 1 }).tell();
  expect(sink.bytesSent).toBe(17_000);
  exchange.finish(['X-Sum', '3']);
  const plain = begin({ body: 'stream', framing: 'chunked' });
  plain.exchange.finish(['X-Sum', '3']);
  const kinds = (await host.taken()).map(({ kind, a, text }) => [kind, a, text.length > 20 ? '' : text]);
  expect(kinds).toEqual([
    ['stream', 1, ''],
    ['streamData', 1, ''],
    ['streamData', 1, ''],
    ['streamTrailers', 1, 'x-sum\n3\n'],
    ['stream', 3, ''],
    ['streamData', 3 + IS_LAST, ''],
  ]);
});

test('a large body is handed over slice by slice, as fast as it leaves', async () => {
  const { host, id, begin } = await bench();
  begin({ body: Buffer.alloc(700_000), framing: 'length' });
  const sizes = async (): Promise<unknown[]> =>
    (await host.taken()).filter(({ kind }) => kind === 'streamData').map(({ a, text }) => [a, text.length]);
  expect(await sizes()).toEqual([
    [1, 262_144],
    [1, 262_144],
  ]);
  host.add('sent', id, { a: 262_144, c: 1 }).tell();
  expect(await sizes()).toEqual([[1 + IS_LAST, 175_712]]);
});

test('credit is granted in portions, or when the engine waits for it', async () => {
  const { host, id, begin } = await bench();
  const { exchange } = begin({ credit: 100_000 });
  await host.taken();
  exchange.grant(1000);
  expect(await host.taken()).toEqual([]);
  host
    .add('head', id, { a: 200, b: NONE, c: 1 })
    .add('data', id, { c: 1, text: 'x'.repeat(100_000) })
    .tell();
  expect(await host.taken()).toMatchObject([{ kind: 'streamGrant', a: 1, b: 1000 }]);
  exchange.grant(70_000);
  exchange.grant(Infinity);
  expect((await host.taken()).map(({ b }) => b)).toEqual([70_000, 0xffffffff]);
});

describe('capacity', () => {
  test('one until there are settings, then what both sides allow; none once the connection is spent', async () => {
    const { host, id, connection } = await bench();
    const told: number[] = [];
    connection.onCapacity = () => told.push(connection.capacity);
    expect(connection.capacity).toBe(1);
    for (const a of [7, 1000, 0]) host.add('settings', id, { a }).tell();
    expect(told).toEqual([7, 50, 0]);
    let isGone = false;
    connection.onIdleClose = () => (isGone = true);
    host.add('gone', id).add('closed', id).tell();
    expect([connection.capacity, isGone]).toEqual([0, true]);
    expect(await host.taken()).toMatchObject([{ kind: 'close', a: 1 }]);
  });

  test('an exchange that is given up in silence leaves a doubt, until the server gives a sign of life', async () => {
    const { host, id, connection, begin } = await bench();
    host.add('settings', id, { a: 5 }).tell();
    const { exchange } = begin();
    const other = begin();
    exchange.abort(true);
    exchange.abort(true);
    expect(connection.capacity).toBe(0);
    const kinds = (await host.taken()).map(({ kind }) => kind);
    expect(kinds).toEqual(['stream', 'stream', 'streamReset', 'ping']);
    host.add('pong', id).tell();
    expect(connection.capacity).toBe(5);
    host.add('head', id, { a: 200, b: 0, c: 1 }).add('head', id, { a: 200, b: 0, c: 3 }).tell();
    other.exchange.abort();
    // What comes of the first one is of no use to anybody.
    expect(other.sink.responseHead?.status).toBe(200);
    expect((await host.taken()).map(({ kind, a }) => [kind, a])).toEqual([
      ['streamReset', 3],
      ['ping', 0],
    ]);
  });
});

describe('failures', () => {
  test('a reset says whether the request was looked at', async () => {
    const { host, id, begin } = await bench();
    const [refused, failed, early, unsound] = [begin(), begin(), begin(), begin()];
    host
      .add('reset', id, { a: 7, c: 1 })
      .add('reset', id, { a: 2, c: 3 })
      .add('head', id, { a: 200, b: NONE, c: 5 })
      .add('reset', id, { a: 0, c: 5 })
      .add('refused', id, { c: 7, text: 'a malformed response: two lengths' })
      .tell();
    await expect(refused.sink.ended).rejects.toMatchObject({
      kind: 'remote-protocol',
      message: 'the stream was reset: REFUSED_STREAM',
      reused: false,
      retrySafe: true,
      unprocessed: true,
      phase: 'firstByte',
    });
    await expect(failed.sink.ended).rejects.toMatchObject({
      kind: 'remote-protocol',
      message: 'the stream was reset: INTERNAL_ERROR',
      reused: true,
      retrySafe: false,
      unprocessed: false,
    });
    await expect(early.sink.ended).rejects.toMatchObject({
      message: 'the stream was reset before the response was complete',
      headReceived: true,
      phase: 'read',
    });
    await expect(unsound.sink.ended).rejects.toMatchObject({ message: 'a malformed response: two lengths' });
  });

  test('after a farewell streams up to the last one go on, later ones were not looked at', async () => {
    const { host, id, connection, begin } = await bench();
    const [kept, late] = [begin({ method: 'POST' }), begin({ method: 'POST' })];
    host.add('goaway', id, { a: 0, b: 1 }).tell();
    await expect(late.sink.ended).rejects.toMatchObject({
      kind: 'closed',
      retrySafe: true,
      unprocessed: true,
    });
    expect(connection.capacity).toBe(0);
    const refused = begin();
    await expect(refused.sink.ended).rejects.toMatchObject({
      kind: 'closed',
      bytesWritten: 0,
      retrySafe: true,
    });
    host.add('head', id, { a: 200, b: 0, c: 1 }).add('end', id, { c: 1 }).tell();
    await kept.sink.ended;
    expect((await host.taken()).at(-1)).toMatchObject({ kind: 'close', a: 1 });
  });

  test('a farewell for an error fails everything, by its name', async () => {
    const { host, id, begin } = await bench();
    const [taken, late] = [begin(), begin()];
    host.add('goaway', id, { a: 11, b: 1 }).tell();
    const message = 'the server ended the connection: GOAWAY with ENHANCE_YOUR_CALM';
    await expect(taken.sink.ended).rejects.toMatchObject({
      kind: 'remote-protocol',
      message,
      retrySafe: false,
    });
    await expect(late.sink.ended).rejects.toMatchObject({ message, retrySafe: true, unprocessed: true });
  });

  test('what the connection was lost by', async () => {
    for (const [failure, text, expected] of [
      [1, '\n0\nthe connection was closed', { kind: 'closed', retrySafe: false }],
      [2, 'ECONNRESET\n0\nreset by peer', { kind: 'read', code: 'ECONNRESET' }],
      [3, 'EPIPE\n0\nbroken pipe', { kind: 'write', code: 'EPIPE' }],
      [
        4,
        '\n0\na push',
        { kind: 'remote-protocol', message: 'the server broke the rules of HTTP/2: a push' },
      ],
      [5, 'X\n0\nan alert', { kind: 'read', code: 'X' }],
    ] as const) {
      const { host, id, connection, begin } = await bench();
      const { sink } = begin();
      const reader = begin();
      host.add('head', id, { a: 200, b: NONE, c: 3 }).add('data', id, { c: 3, text: 'part' });
      host.add('failed', id, { a: failure, text }).add('closed', id).tell();
      // The reader gets what came before.
      expect([sink.isOver, reader.sink.isOver]).toEqual([true, false]);
      await expect(sink.ended).rejects.toMatchObject(expected);
      await expect(reader.sink.ended).rejects.toMatchObject({ kind: expected.kind, headReceived: true });
      expect(connection.capacity).toBe(0);
    }
  });

  test('a connection that was closed before the request could be looked at', async () => {
    const { host, id, begin } = await bench();
    const { sink } = begin({ method: 'POST' });
    host.add('gone', id).add('closed', id).tell();
    await expect(sink.ended).rejects.toMatchObject({ kind: 'closed', bytesWritten: 0, retrySafe: true });
  });

  test('what cannot be sent takes no stream', async () => {
    const { host, begin } = await bench();
    for (const changes of [{ upgrade: true }, { method: 'CONNECT', target: 'a.test:80' }])
      await expect(begin(changes).sink.ended).rejects.toMatchObject({ kind: 'unsupported', bytesWritten: 0 });
    const fields = ['Host', 'a', 'Referer', 'b', 'referer', 'c'];
    await expect(begin({ fields }).sink.ended).rejects.toMatchObject({
      kind: 'local-protocol',
      message: "the field 'referer' may stand in a request only once",
    });
    expect(begin().exchange.streamId).toBe(1);
    expect(await host.taken()).toHaveLength(1);
  });

  test('who closes the connection gives up what runs; the engine may fail as a whole', async () => {
    const { connection, begin } = await bench();
    const { sink } = begin();
    connection.close('graceful');
    expect(sink.isOver).toBe(false);
    connection.close('abort');
    await expect(sink.ended).rejects.toMatchObject({ kind: 'aborted', message: CANCELLED, retrySafe: false });
    const other = await bench();
    const failed = other.begin();
    other.driver.close();
    await expect(failed.sink.ended).rejects.toMatchObject({ kind: 'internal' });
  });

  test('an error of whoever is told resets the stream, and nothing else', async () => {
    const { host, id, begin } = await bench();
    const [bad, good] = [begin(), begin()];
    bad.sink.onEvent = (name) => {
      if (name === 'head') throw new Error('not this one');
    };
    host
      .add('head', id, { a: 200, b: 0, c: 1 })
      .add('head', id, { a: 200, b: 0, c: 3 })
      .add('end', id, { c: 3 });
    host.tell();
    await expect(bad.sink.ended).rejects.toMatchObject({ kind: 'internal', message: 'not this one' });
    await good.sink.ended;
    expect((await host.taken()).at(-1)).toMatchObject({ kind: 'streamReset', a: 1 });
  });
});
