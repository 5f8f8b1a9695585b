import { describe, expect, test } from 'vitest';
import { END_STREAM, FRAME, frame, uint32 } from '../../../../fixtures/http2-frames.ts';
import { HTTP2Peer } from '../../../../fixtures/http2-peer.ts';
import { guardAgainstLeaks } from '../../../../fixtures/leak-guard.ts';
import { RecordingSink, wireRequest } from '../../../../fixtures/recording-sink.ts';
import { startScriptedServer } from '../../../../fixtures/scripted-server.ts';
import { dialControl, routeTo, wireConfig } from '../../../../fixtures/wire-setup.ts';
import { DEFAULT_HTTP2 } from '../../../models/http2-options.ts';
import type { Exchange } from '../../contract.ts';
import { jsBackend } from '../engine.ts';
import type { HTTP2Connection } from './connection.ts';

const defer = guardAgainstLeaks();
const ROUNDS = 60;
const SIZES = [0, 3, 20_000, 70_000];

type Moment = (exchange: Exchange, sink: RecordingSink) => void;

/** When an exchange is given up, by what happens then. Some moments lie within a read or a write of nghttp2. */
const MOMENTS: Readonly<Record<string, Moment>> = {
  'at once': (exchange) => exchange.abort(),
  'in the next tick': (exchange) => process.nextTick(() => exchange.abort()),
  'in the next turn': (exchange) => setImmediate(() => exchange.abort()),
  'two turns later': (exchange) => setImmediate(() => setImmediate(() => exchange.abort())),
  'when octets have left': (exchange, sink) => on(sink, 'sent', () => exchange.abort()),
  'when the head comes': (exchange, sink) => on(sink, 'head', () => exchange.abort()),
  'when data comes': (exchange, sink) => on(sink, 'data', () => exchange.abort()),
  'when the answer is complete': () => {},
};

/** Answers every request as soon as its head is there, and notes by stream whether its body ended. */
async function answering(ended: Set<number>, window: number): Promise<HTTP2Connection> {
  const server = await startScriptedServer(async (connection) => {
    const peer = new HTTP2Peer(connection);
    await peer.start([[4, window]]);
    for (;;) {
      const { type, flags, streamId, payload } = await peer.next();
      if (type === FRAME.settings && flags === 0) await peer.send(frame(FRAME.settings, 1, 0));
      if (type === FRAME.ping && flags === 0) await peer.send(frame(FRAME.ping, 1, 0, payload));
      if (type === FRAME.headers && (flags & END_STREAM) === 0) await peer.respond(streamId, 'early');
      if (type === FRAME.data && payload.length > 0)
        await peer.send(frame(FRAME.windowUpdate, 0, 0, uint32(payload.length)));
      if ((type === FRAME.headers || type === FRAME.data) && (flags & END_STREAM) !== 0) ended.add(streamId);
      if (type === FRAME.headers && (flags & END_STREAM) !== 0) {
        // Only the last request has no body.
        if (!peer.frames.some((read) => read.type === FRAME.data && read.streamId === streamId))
          await peer.respond(streamId, 'last');
      }
    }
  });
  defer(() => server.close());
  const config = wireConfig({ http1: false, http2: DEFAULT_HTTP2 });
  const connection = await jsBackend.wire!.connect(routeTo(server.port), config, dialControl());
  defer(() => connection.close('abort'));
  return connection as HTTP2Connection;
}

describe.each([
  ['much is allowed', 65_535],
  ['little is allowed', 1000],
])('uploads that are given up while %s', (_name, window) => {
  test.each(Object.keys(MOMENTS))('%s', async (name) => {
    const ended = new Set<number>();
    const connection = await answering(ended, window);
    const unfinished: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const sink = new RecordingSink();
      const exchange = connection.exchange(
        wireRequest({
          method: 'POST',
          body: 'stream',
          framing: 'chunked',
          announcesTrailers: round % 2 === 0,
        }),
        sink,
      );
      const size = SIZES[round % SIZES.length]!;
      exchange.write(new Uint8Array(Math.max(1, size)));
      const isFinished = size === 0 || round % 3 === 0;
      if (isFinished) exchange.finish(round % 4 === 0 ? ['X-Sum', '1'] : []);
      else unfinished.push(exchange.streamId ?? 2 * round + 1);
      MOMENTS[name]!(exchange, sink);
      await turns(4);
      exchange.abort();
    }
    const sink = new RecordingSink();
    connection.exchange(wireRequest(), sink);
    expect((await sink.ended).body).toBe('last');
    await expect.poll(() => connection.isSending).toBe(false);
    expect(unfinished.length).toBeGreaterThan(ROUNDS / 4);
    expect(unfinished.filter((id) => ended.has(id))).toEqual([]);
  });
});

function on(sink: RecordingSink, wanted: string, listener: () => void): void {
  sink.onEvent = (name) => {
    if (name === wanted) listener();
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
