import { afterEach, describe, expect, test } from 'vitest';
import { ACK, END_STREAM, FRAME, frame, uint32 } from '../../fixtures/http2-frames.ts';
import { HTTP2Peer } from '../../fixtures/http2-peer.ts';
import { startHTTP2Server } from '../../fixtures/http2-server.ts';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';
import { RecordingSink, wireRequest } from '../../fixtures/recording-sink.ts';
import { startScriptedServer } from '../../fixtures/scripted-server.ts';
import { dialControl, routeTo, wireConfig } from '../../fixtures/wire-setup.ts';
import type { Connection, Exchange } from '../../src/backends/contract.ts';
import { NativeWireEngine } from '../../src/backends/native/engine.ts';
import type { WireHost } from '../../src/backends/native/wire-host.ts';
import { DEFAULT_HTTP2, type HTTP2Settings } from '../../src/models/http2-options.ts';
import { builtAccelerators } from '../kernels/accelerators.ts';

/* HTTP/2 on the native engine, against the one of Node and against scripts of frames. */

const ROUNDS = 40;
const SIZES = [0, 3, 20_000, 70_000];
const { built } = await builtAccelerators();
const host = built.find(({ name }) => name === 'native')?.host as unknown as WireHost | undefined;
const engine = host === undefined ? null : new NativeWireEngine(host);
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function connectTo(port: number, http2: HTTP2Settings = DEFAULT_HTTP2): Promise<Connection> {
  const config = wireConfig({ http1: false, http2 });
  const connection = await engine!.connect(routeTo(port), config, dialControl());
  closers.push(() => connection.close('abort'));
  return connection;
}

function on(sink: RecordingSink, wanted: string, listener: () => void): void {
  sink.onEvent = (name) => {
    if (name === wanted) listener();
  };
}

test('the addon is built where CI is to test it', () => {
  expect(host !== undefined || process.env['CI'] !== 'true').toBe(true);
});

describe.runIf(host !== undefined)('fields', () => {
  test(
    'go to nghttp2 and back, whatever is in them, with tables of every size',
    { timeout: 30_000 },
    async () => {
      const random = createRandom(seedFromEnvironment()).derive('fields');
      const server = await startHTTP2Server({ settings: { headerTableSize: 300 } }, ({ stream, headers }) => {
        const echo = Object.entries(headers).filter(([name]) => name.startsWith('x-'));
        stream.respond({ ':status': 200, ...Object.fromEntries(echo) }, { endStream: true });
      });
      closers.push(() => server.close());
      for (const headerTableSize of [0, 100, 4096, 65_536]) {
        const connection = await connectTo(server.port, { ...DEFAULT_HTTP2, headerTableSize });
        const known = Array.from({ length: 12 }, (_, index) => [
          `x-known-${index}`,
          String(random.int(0, 9)),
        ]);
        for (let round = 0; round < ROUNDS; round++) {
          const fields = ['Host', 'a.test'];
          for (const [name, value] of known) if (random.chance(0.6)) fields.push(name!, value!);
          const length = random.int(1, 60);
          // Every octet that a value may have, but no white space around it.
          const value = Array.from({ length }, () =>
            String.fromCharCode(random.chance(0.7) ? random.int(0x21, 0x7e) : random.int(0x80, 0xff)),
          );
          fields.push(`x-new-${random.int(0, 3)}`, value.join(''));
          const sink = new RecordingSink();
          connection.exchange(wireRequest({ fields }), sink);
          const { head } = await sink.ended;
          const echoed = head!.fields.filter((_, index, all) => all[index - (index % 2)]!.startsWith('x-'));
          expect(echoed).toEqual(fields.slice(2));
        }
      }
    },
  );
});

/** Answers every request as soon as its head is there, and notes by stream whether its body ended. */
async function answering(ended: Set<number>, window: number): Promise<Connection> {
  const server = await startScriptedServer(async (connection) => {
    const peer = new HTTP2Peer(connection);
    await peer.start([[4, window]]);
    for (;;) {
      const { type, flags, streamId, payload } = await peer.next();
      const carriesRequest = type === FRAME.headers || type === FRAME.data;
      const isEnd = carriesRequest && (flags & END_STREAM) !== 0;
      if (type === FRAME.settings && flags === 0) await peer.send(frame(FRAME.settings, ACK, 0));
      if (type === FRAME.ping && flags === 0) await peer.send(frame(FRAME.ping, ACK, 0, payload));
      if (type === FRAME.headers && !isEnd) await peer.respond(streamId, 'early');
      if (type === FRAME.data && payload.length > 0)
        await peer.send(frame(FRAME.windowUpdate, 0, 0, uint32(payload.length)));
      if (isEnd) ended.add(streamId);
      // Only the last request has no body.
      if (type === FRAME.headers && isEnd) await peer.respond(streamId, 'last');
    }
  });
  closers.push(() => server.close());
  return connectTo(server.port);
}

const MOMENTS: Readonly<Record<string, (exchange: Exchange, sink: RecordingSink) => void>> = {
  'at once': (exchange) => exchange.abort(),
  'in the next tick': (exchange) => process.nextTick(() => exchange.abort()),
  'in the next turn': (exchange) => setImmediate(() => exchange.abort()),
  'when octets have left': (exchange, sink) => on(sink, 'sent', () => exchange.abort()),
  'when the head comes': (exchange, sink) => on(sink, 'head', () => exchange.abort()),
  'when data comes': (exchange, sink) => on(sink, 'data', () => exchange.abort()),
  'when the answer is complete': () => {},
};

describe.runIf(host !== undefined).each([
  ['much is allowed', 65_535],
  ['little is allowed', 1000],
])('uploads that are given up while %s', (_name, window) => {
  test.each(Object.keys(MOMENTS))('%s', { timeout: 20_000 }, async (name) => {
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
      else unfinished.push(exchange.streamId!);
      MOMENTS[name]!(exchange, sink);
      await new Promise((resolve) => {
        setTimeout(resolve, round % 3);
      });
      exchange.abort();
    }
    const sink = new RecordingSink();
    connection.exchange(wireRequest(), sink);
    expect((await sink.ended).body).toBe('last');
    expect(unfinished.length).toBeGreaterThan(ROUNDS / 4);
    expect(unfinished.filter((id) => ended.has(id))).toEqual([]);
  });
});

describe.runIf(host !== undefined)('a body', () => {
  test('no more of it is delivered than is allowed, but for the rest of a piece', async () => {
    const server = await startHTTP2Server({}, ({ stream }) => {
      stream.respond({ ':status': 200 });
      stream.end(Buffer.alloc(300_000, 'x'));
    });
    closers.push(() => server.close());
    const connection = await connectTo(server.port);
    const sink = new RecordingSink();
    const exchange = connection.exchange(wireRequest({ delivery: 'stream', credit: 1000 }), sink);
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
});

describe.runIf(host !== undefined)('a storm', () => {
  test('of exchanges that are answered, reset or given up leaves nothing', { timeout: 60_000 }, async () => {
    const seed = seedFromEnvironment();
    const random = createRandom(seed).derive('http2');
    const server = await startHTTP2Server(
      { settings: { maxConcurrentStreams: 64 } },
      async ({ stream, path, body }) => {
        const length = Number(path.slice(1));
        if (length % 7 === 3) {
          stream.close(2);
          return;
        }
        const content = await body();
        if (stream.destroyed) return;
        stream.respond({ ':status': 200, 'content-length': length });
        stream.end(content.length > 0 ? content : Buffer.alloc(length, 'x'));
      },
    );
    closers.push(() => server.close());
    const connection = await connectTo(server.port);
    const first = new RecordingSink();
    connection.exchange(wireRequest({ target: '/1' }), first);
    await first.ended;
    expect(connection.capacity).toBe(64);
    const outcomes = { whole: 0, failed: 0, aborted: 0 };
    const one = async (): Promise<void> => {
      const length = random.pick([1, 2, 10, 5000, 70_000, 400_000]);
      const isUpload = random.chance(0.5);
      const sink = new RecordingSink();
      const changes = isUpload
        ? { method: 'PUT', body: Buffer.alloc(length, 'y'), framing: 'length' as const }
        : {};
      const exchange = connection.exchange(
        wireRequest({ target: `/${length}`, credit: 20_000, ...changes }),
        sink,
      );
      sink.onEvent = (name) => {
        if (name === 'data') exchange.grant(sink.chunks.at(-1)!.length);
      };
      if (random.chance(0.25)) {
        await new Promise((resolve) => {
          setTimeout(resolve, random.int(0, 8));
        });
        exchange.abort();
        outcomes.aborted++;
        return;
      }
      const { body } = await sink.ended.catch(() => ({ body: null }));
      if (body === null) outcomes.failed++;
      else outcomes.whole++;
      expect(body?.length ?? -1).toBe(length % 7 === 3 ? -1 : length);
    };
    for (let wave = 0; wave < 10; wave++) await Promise.all(Array.from({ length: 50 }, one));
    console.log(`storm of HTTP/2 (seed ${seed}): ${JSON.stringify(outcomes)}`);
    expect(outcomes.whole).toBeGreaterThan(150);
    const last = new RecordingSink();
    connection.exchange(wireRequest({ target: '/2' }), last);
    expect((await last.ended).body).toBe('xx');
    expect(server.connections).toBe(1);
    connection.close('graceful');
    await server.untilOpen(0);
  });
});
