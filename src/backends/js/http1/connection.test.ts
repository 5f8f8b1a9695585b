import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../../../fixtures/leak-guard.ts';
import { RecordingSink, wireRequest } from '../../../../fixtures/recording-sink.ts';
import type { Script, ScriptedServer } from '../../../../fixtures/scripted-server.ts';
import { startScriptedServer } from '../../../../fixtures/scripted-server.ts';
import type { Connection, WireRequest } from '../../contract.ts';
import { dialControl, routeTo, wireConfig } from '../../../../fixtures/wire-setup.ts';
import { jsBackend } from '../engine.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const defer = guardAgainstLeaks();

async function connectTo(script: Script): Promise<{ connection: Connection; server: ScriptedServer }> {
  const server = await startScriptedServer(script);
  defer(() => server.close());
  const connection = await jsBackend.wire!.connect(routeTo(server.port), wireConfig(), dialControl());
  defer(() => connection.close('abort'));
  return { connection, server };
}

function exchange(connection: Connection, request: Partial<WireRequest> = {}) {
  const sink = new RecordingSink();
  const wire = connection.exchange(wireRequest(request), sink);
  return { sink, wire };
}

describe('one exchange after another', () => {
  test('the connection has room again when the end is told, also for one begun there', async () => {
    const { connection, server } = await connectTo(async (peer) => {
      for (;;) {
        const { target } = await peer.readHead();
        await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
      }
    });
    const second = new RecordingSink();
    const { sink } = exchange(connection, { target: '/first' });
    expect(connection.capacity).toBe(0);
    sink.onEvent = (name) => {
      if (name !== 'end') return;
      expect(connection.capacity).toBe(1);
      connection.exchange(wireRequest({ target: '/second' }), second);
    };
    expect((await sink.ended).body).toBe('/first');
    expect((await second.ended).body).toBe('/second');
    expect(sink.record.body).toBe('/first');
    expect([server.connections, server.requests.length]).toEqual([1, 2]);
  });

  test.each([
    ['the response says close', OK.replace('\r\n', '\r\nConnection: close\r\n'), {}],
    ['surplus came with it', `${OK}HTTP/1.1 200 OK\r\n\r\n`, {}],
    ['the request said close', OK, { fields: ['Host', 'h', 'Connection', 'close'] }],
    ['the body ends with the connection', 'HTTP/1.1 200 OK\r\n\r\nok', {}],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', {}],
  ])('no room again: %s', async (_why, reply, request) => {
    const { connection, server } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send(reply);
      await peer.end();
    });
    const { sink } = exchange(connection, request);
    expect((await sink.ended).body).toBe('ok');
    expect(connection.capacity).toBe(0);
    await server.untilOpen(0);
  });

  test('no room again: the response was complete before the request', async () => {
    const { connection, server } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send(OK);
    });
    const { sink, wire } = exchange(connection, { method: 'PUT', body: 'stream', framing: 'chunked' });
    await sink.ended;
    expect(connection.capacity).toBe(0);
    expect(wire.write(Buffer.from('late'))).toBe(false);
    await server.untilOpen(0);
  });

  test('the hint of Keep-Alive', async () => {
    const { connection } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send(OK.replace('\r\n', '\r\nKeep-Alive: timeout=7\r\n'));
    });
    expect(connection.keepAliveHint).toBeNull();
    await exchange(connection).sink.ended;
    expect(connection.keepAliveHint).toBe(7000);
  });
});

describe('an idle connection', () => {
  test('whose peer closes is noticed', async () => {
    const { connection } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send(OK);
      await peer.end();
    });
    await exchange(connection).sink.ended;
    await new Promise<void>((resolve) => {
      connection.onIdleClose = resolve;
    });
    expect([connection.capacity, connection.onIdleClose]).toEqual([0, null]);
  });

  test('that is sent something unasked is closed', async () => {
    const { connection, server } = await connectTo(async (peer) => {
      await peer.send('HTTP/1.1 408 Too slow\r\n\r\n');
    });
    await new Promise<void>((resolve) => {
      connection.onIdleClose = resolve;
    });
    expect(connection.capacity).toBe(0);
    await server.untilOpen(0);
  });

  test('that died in the same turn fails the exchange, which nothing of has left', async () => {
    const { connection } = await connectTo(async (peer) => {
      await peer.send('x');
    });
    await new Promise<void>((resolve) => {
      connection.onIdleClose = resolve;
    });
    const { sink } = exchange(connection, { method: 'POST' });
    expect(sink.events).toEqual([]);
    await expect(sink.ended).rejects.toMatchObject({ kind: 'closed', bytesWritten: 0, retrySafe: true });
  });

  test('an exchange that was given up at once hears nothing', async () => {
    const { connection } = await connectTo(() => {});
    connection.close('graceful');
    const { sink, wire } = exchange(connection);
    wire.abort();
    await turn();
    expect(sink.events).toEqual([]);
  });
});

describe('giving up', () => {
  test('abort closes the connection and tells nothing, however often', async () => {
    const { connection, server } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
    });
    const { sink, wire } = exchange(connection);
    await sink.until('data');
    wire.abort();
    wire.abort();
    await server.untilOpen(0);
    expect(sink.events).toEqual(['head', 'data']);
    expect(connection.capacity).toBe(0);
  });

  test.each(['informational', 'head', 'data'])('abort from within %s', async (event) => {
    const { connection, server } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send(`HTTP/1.1 103 Early\r\n\r\n${OK}`);
    });
    const { sink, wire } = exchange(connection);
    sink.onEvent = (name) => {
      if (name === event) wire.abort();
    };
    await server.untilOpen(0);
    expect(sink.events.at(-1)).toBe(event);
  });

  test('after the end it leaves the connection alone', async () => {
    const { connection, server } = await connectTo(async (peer) => {
      for (;;) {
        await peer.readHead();
        await peer.send(OK);
      }
    });
    const first = exchange(connection);
    await first.sink.ended;
    first.wire.abort();
    expect((await exchange(connection).sink.ended).body).toBe('ok');
    expect(server.connections).toBe(1);
  });

  test('the owner closes: the exchange fails', async () => {
    const { connection } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
    });
    const { sink } = exchange(connection);
    await sink.until('data');
    connection.close('abort');
    await expect(sink.ended).rejects.toMatchObject({ kind: 'aborted', retrySafe: false });
  });

  test('what a sink throws fails the exchange', async () => {
    const { connection } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send(OK);
    });
    const { sink } = exchange(connection);
    const defect = new TypeError('a defect');
    sink.onEvent = (name) => {
      if (name === 'head') throw defect;
    };
    await expect(sink.ended).rejects.toMatchObject({ kind: 'internal', cause: defect });
  });
});

describe('failures', () => {
  test.each([
    ['nothing', '', 'end', { kind: 'closed', phase: 'firstByte', headReceived: false }],
    ['nothing', '', 'reset', { kind: 'read', code: 'ECONNRESET', headReceived: false }],
    ['half a head', 'HTTP/1.1 2', 'end', { kind: 'remote-protocol', headReceived: false }],
    ['half a body', OK.slice(0, -1), 'end', { kind: 'remote-protocol', phase: 'read', headReceived: true }],
    ['garbage', 'garbage\r\n\r\n', 'end', { kind: 'remote-protocol', headReceived: false }],
  ] as const)('after %s: %j, then %s', async (_what, reply, then, expected) => {
    const { connection } = await connectTo(async (peer) => {
      const { raw } = await peer.readHead();
      expect(raw).toBe('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
      if (reply !== '') await peer.send(reply);
      if (then === 'end') await peer.end();
      else peer.reset();
    });
    await expect(exchange(connection).sink.ended).rejects.toMatchObject({
      ...expected,
      reused: false,
      retrySafe: false,
      bytesWritten: 35,
    });
    expect(connection.capacity).toBe(0);
  });

  test.each([
    ['nothing', '', true],
    ['an octet', 'H', false],
    ['an interim response', 'HTTP/1.1 100 Continue\r\n\r\n', false],
  ])('on a reused connection after %s', async (_what, reply, retrySafe) => {
    const { connection } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send(OK);
      await peer.readHead();
      if (reply !== '') await peer.send(reply);
      await peer.end();
    });
    await exchange(connection).sink.ended;
    await expect(exchange(connection).sink.ended).rejects.toMatchObject({ reused: true, retrySafe });
  });
});

describe('tunnels', () => {
  const upgrade = { upgrade: true, fields: ['Host', 'h', 'Upgrade', 'x', 'Connection', 'Upgrade'] };
  const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';

  test('either side may end first', async () => {
    const { connection, server } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send(`${SWITCH}first`);
      await peer.end();
      expect((await peer.readToEnd()).toString()).toBe('still here');
    });
    const { sink, wire } = exchange(connection, upgrade);
    expect((await sink.ended).body).toBe('first');
    expect(connection.capacity).toBe(0);
    wire.write(Buffer.from('still here'));
    wire.finish();
    await server.untilOpen(0);
    expect(sink.events).toEqual(['head', 'data', 'end', 'sent']);
  });

  test('a loss after the end of the peer is told', async () => {
    const { connection } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send(SWITCH);
      await peer.end();
      await peer.readSome();
      peer.reset();
    });
    const { sink, wire } = exchange(connection, upgrade);
    await sink.until('end');
    const failed = sink.until('error');
    for (let i = 0; i < 50 && !sink.events.includes('error'); i++) {
      wire.write(Buffer.alloc(1000));
      await turn();
    }
    await failed;
    expect(connection.capacity).toBe(0);
  });
});

describe('backpressure', () => {
  test('without credit the peer is not read from', async () => {
    const total = 4 * 1024 * 1024;
    const { connection } = await connectTo(async (peer) => {
      await peer.readHead();
      await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
      const piece = Buffer.alloc(65_536, 'x');
      await peer.sendPieces(Array.from({ length: total / piece.length }, () => piece));
    });
    const { sink, wire } = exchange(connection, { delivery: 'stream', credit: 100_000 });
    let received = 0;
    await sink.until('data');
    for (;;) {
      for (let i = 0; i < 5; i++) await turn();
      received = sink.chunks.reduce((sum, { length }) => sum + length, 0);
      if (received >= 100_000) break;
    }
    // One read may overshoot.
    expect(received).toBeLessThan(100_000 + 65_536);
    for (let i = 0; i < 20; i++) await turn();
    expect(sink.chunks.reduce((sum, { length }) => sum + length, 0)).toBe(received);
    wire.grant(Infinity);
    expect((await sink.ended).body).toHaveLength(total);
  });
});
