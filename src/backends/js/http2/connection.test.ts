import { expect, test } from 'vitest';
import { HTTP2Peer } from '../../../../fixtures/http2-peer.ts';
import { type HTTP2Handler, startHTTP2Server } from '../../../../fixtures/http2-server.ts';
import { guardAgainstLeaks } from '../../../../fixtures/leak-guard.ts';
import { RecordingSink, wireRequest } from '../../../../fixtures/recording-sink.ts';
import type { ScriptedPeer } from '../../../../fixtures/scripted-peer.ts';
import { startScriptedServer } from '../../../../fixtures/scripted-server.ts';
import { dialControl, routeTo, wireConfig } from '../../../../fixtures/wire-setup.ts';
import { DEFAULT_HTTP2 } from '../../../models/http2-options.ts';
import type { Connection, Exchange, WireRequest } from '../../contract.ts';
import { jsBackend } from '../engine.ts';

const defer = guardAgainstLeaks();

async function connectTo(port: number): Promise<Connection> {
  const config = wireConfig({ http1: false, http2: DEFAULT_HTTP2 });
  const connection = await jsBackend.wire!.connect(routeTo(port), config, dialControl());
  defer(() => connection.close('abort'));
  return connection;
}

async function serve(handler: HTTP2Handler): Promise<Connection> {
  const server = await startHTTP2Server({}, handler);
  defer(() => server.close());
  return connectTo(server.port);
}

async function script(run: (peer: HTTP2Peer, socket: ScriptedPeer) => Promise<void>): Promise<Connection> {
  const server = await startScriptedServer((peer) => run(new HTTP2Peer(peer), peer));
  defer(() => server.close());
  return connectTo(server.port);
}

function begin(
  connection: Connection,
  changes: Partial<WireRequest> = {},
): { readonly sink: RecordingSink; readonly exchange: Exchange } {
  const sink = new RecordingSink();
  return { sink, exchange: connection.exchange(wireRequest(changes), sink) };
}

test('a streamed body and its trailers; what the socket has taken is told', async () => {
  const connection = await serve(async ({ stream, body }) => {
    const trailers = new Promise<object>((resolve) => {
      stream.on('trailers', resolve);
    });
    const content = await body();
    stream.respond({ ':status': 200 });
    stream.end(JSON.stringify([content.toString(), { ...(await trailers) }]));
  });
  const { sink, exchange } = begin(connection, {
    method: 'POST',
    body: 'stream',
    framing: 'chunked',
    announcesTrailers: true,
  });
  expect(exchange.streamId).toBe(1);
  exchange.write(Buffer.from('one '));
  exchange.write(Buffer.from('two'));
  exchange.finish(['X-Sum', '3']);
  const record = await sink.ended;
  expect(JSON.parse(record.body)).toEqual(['one two', { 'x-sum': '3' }]);
  expect([record.sent, record.head?.version, record.head?.reason]).toEqual([7, '2', '']);
  expect(record.trailers).toBeNull();
  // Nothing may come of what is asked after the end.
  exchange.abort();
  expect([exchange.write(Buffer.from('late')), connection.capacity]).toEqual([false, 100]);
});

test('no more is delivered than is allowed, but for the rest of a read', async () => {
  const connection = await serve(({ stream }) => {
    stream.respond({ ':status': 200 });
    stream.end(Buffer.alloc(300_000, 'x'));
  });
  const { sink, exchange } = begin(connection, { delivery: 'stream', credit: 1000 });
  await sink.until('data');
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  const received = Buffer.concat(sink.chunks).length;
  expect(received).toBeGreaterThanOrEqual(1000);
  expect(received).toBeLessThan(66_000);
  exchange.grant(Infinity);
  expect((await sink.ended).body).toHaveLength(300_000);
});

test('what asks for another protocol is refused without a word to the server', async () => {
  let requests = 0;
  const connection = await serve(({ stream }) => {
    requests++;
    stream.respond({ ':status': 200 }, { endStream: true });
  });
  for (const changes of [{ upgrade: true }, { method: 'CONNECT', target: 'a.test:80' }]) {
    const { sink } = begin(connection, changes);
    await expect(sink.ended).rejects.toMatchObject({ kind: 'unsupported', bytesWritten: 0 });
  }
  await begin(connection).sink.ended;
  expect(requests).toBe(1);
});

test('a reset says whether the request was looked at', async () => {
  const connection = await script(async (peer) => {
    await peer.start();
    await peer.reset(await peer.request(), 7);
    await peer.reset(await peer.request(), 2);
    await peer.goaway(3, 0);
    await peer.request();
  });
  const changes = { method: 'POST', body: Buffer.from('x'), framing: 'length' } as const;
  await expect(begin(connection, changes).sink.ended).rejects.toMatchObject({
    kind: 'remote-protocol',
    reused: false,
    retrySafe: true,
    unprocessed: true,
  });
  const failed = begin(connection, changes);
  const late = begin(connection, changes);
  await expect(failed.sink.ended).rejects.toMatchObject({
    kind: 'remote-protocol',
    message: 'the stream was reset: INTERNAL_ERROR',
    reused: true,
    retrySafe: false,
    unprocessed: false,
  });
  await expect(late.sink.ended).rejects.toMatchObject({ retrySafe: true, unprocessed: true });
  expect(connection.capacity).toBe(0);
});

test('the owner is told when the capacity changes, and when an idle connection is spent', async () => {
  const connection = await script(async (peer) => {
    await peer.start([[3, 7]]);
    await peer.respond(await peer.request());
    await peer.goaway(1, 0);
  });
  expect([connection.capacity, connection.meta.protocol]).toEqual([1, 'h2']);
  const told: number[] = [];
  connection.onCapacity = () => told.push(connection.capacity);
  await begin(connection).sink.ended;
  expect(told).toEqual([7]);
  await new Promise<void>((resolve) => {
    connection.onIdleClose = resolve;
  });
  expect(connection.capacity).toBe(0);
});

test('after it is closed nothing is sent; what runs fails as given up by the owner', async () => {
  const connection = await serve(() => {});
  const { sink } = begin(connection);
  connection.close('graceful');
  const refused = begin(connection);
  await expect(refused.sink.ended).rejects.toMatchObject({
    kind: 'closed',
    bytesWritten: 0,
    retrySafe: true,
  });
  connection.close('abort');
  await expect(sink.ended).rejects.toMatchObject({ kind: 'aborted', retrySafe: false });
});

test('a stream that ends with NO_ERROR is whole if all has come that was announced, else cut', async () => {
  const connection = await script(async (peer) => {
    await peer.start();
    for (const part of ['ten octets', 'nine only']) {
      const stream = await peer.request();
      await peer.head(stream, 200, [['content-length', '10']]);
      await peer.data(stream, part);
      await peer.reset(stream, 0);
    }
    await peer.serve();
  });
  expect((await begin(connection).sink.ended).body).toBe('ten octets');
  await expect(begin(connection).sink.ended).rejects.toMatchObject({ kind: 'remote-protocol' });
});

test('a response whose connection is lost before its end is cut, whatever was announced', async () => {
  const connection = await script(async (peer, socket) => {
    await peer.start();
    const stream = await peer.request();
    await peer.head(stream, 200, [['content-length', '10']]);
    await peer.data(stream, 'ten octets');
    await socket.end();
  });
  await expect(begin(connection).sink.ended).rejects.toMatchObject({ kind: 'closed' });
});
