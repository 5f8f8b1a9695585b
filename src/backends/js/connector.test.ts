import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../../fixtures/leak-guard.ts';
import { refusedPort, startBlackHole } from '../../../fixtures/black-hole.ts';
import { listen, stopListening } from '../../../fixtures/listening.ts';
import { dialControl, routeTo, wireConfig } from '../../../fixtures/wire-setup.ts';
import { Redaction } from '../../models/redaction.ts';
import { type TraceEvent, Tracer } from '../../models/trace.ts';
import { WireError } from '../contract.ts';
import { connectAny, connectPath } from './connector.ts';
import type { Address } from './resolver.ts';

const LOOPBACK: Address = { address: '127.0.0.1', family: 4 };
const OTHER: Address = { address: '127.0.0.2', family: 4 };

const defer = guardAgainstLeaks();
let server: Server;
let port: number;
const accepted = new Set<Socket>();

beforeEach(async () => {
  server = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => accepted.delete(socket));
    socket.resume();
  });
  // Only this address, so that 127.0.0.2 refuses.
  port = await listen(server);
  defer(async () => {
    for (const socket of accepted) socket.destroy();
    await stopListening(server);
  });
});

function watch(onEvent?: (event: TraceEvent) => void): {
  tracer: Tracer;
  names: string[];
  events: TraceEvent[];
} {
  const names: string[] = [];
  const events: TraceEvent[] = [];
  const tracer = new Tracer(1, Redaction.off, [
    (event) => {
      events.push(event);
      names.push(event.name.slice('connection.connect_'.length));
      onEvent?.(event);
    },
  ]);
  return { tracer, names, events };
}

const gaveUp = new WireError({ kind: 'aborted', phase: 'connect', reason: 'enough' });

/** No connection may be left on the side of the server, not even a short-lived one. */
async function expectAllClosed(): Promise<void> {
  for (let i = 0; i < 5; i++) await turn();
  while (accepted.size > 0) await turn();
}

describe('addresses', () => {
  test('one that answers', async () => {
    const { tracer, names } = watch();
    const { socket } = await connectAny([LOOPBACK], routeTo(port), wireConfig(), dialControl({ tracer }));
    expect([socket.remoteAddress, socket.remotePort]).toEqual(['127.0.0.1', port]);
    expect(names).toEqual(['tcp.started', 'tcp.complete']);
    // Nobody uses it yet: a failure now must not end the process.
    socket.destroy(new Error('too early'));
    await turn();
  });

  test('a failure starts the next one at once', async () => {
    const { tracer, names } = watch();
    const control = dialControl({ tracer });
    const { socket } = await connectAny([OTHER, LOOPBACK], routeTo(port), wireConfig(), control);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    expect(names).toEqual(['tcp.started', 'tcp.failed', 'tcp.started', 'tcp.complete']);
    socket.destroy();
  });

  test('silence starts the next one after a while; the silent one is given up when another has won', async () => {
    const hole = await startBlackHole();
    defer(() => hole.close());
    if (hole.kind !== 'backlog') return;
    const second = createServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => {
      second.listen(hole.port, '127.0.0.2', () => resolve());
    });
    defer(() => stopListening(second));
    const { tracer, names, events } = watch();
    const control = dialControl({ tracer });
    const { socket } = await connectAny([LOOPBACK, OTHER], routeTo(hole.port), wireConfig(), control);
    expect(socket.remoteAddress).toBe('127.0.0.2');
    expect(names).toEqual(['tcp.started', 'tcp.started', 'tcp.complete', 'tcp.failed']);
    expect(events[3]!.info).toMatchObject({ host: '127.0.0.1', error: { kind: 'aborted' } });
    socket.destroy();
  });

  test('all fail: one error that tells each', async () => {
    const refused = await refusedPort();
    defer(() => refused.close());
    const route = routeTo(refused.port);
    const one = connectAny([LOOPBACK], route, wireConfig(), dialControl());
    await expect(one).rejects.toMatchObject({
      kind: 'connect',
      code: 'ECONNREFUSED',
      peer: `127.0.0.1:${refused.port}`,
      message: 'connection refused (ECONNREFUSED)',
      retrySafe: true,
    });
    const both = connectAny([LOOPBACK, OTHER], route, wireConfig(), dialControl());
    await expect(both).rejects.toMatchObject({
      kind: 'connect',
      code: 'ECONNREFUSED',
      message: expect.stringMatching(/^all 2 addresses failed \(127\.0\.0\.1:\d+: .*; 127\.0\.0\.2:\d+: /),
      cause: expect.any(AggregateError),
    });
  });

  test('an option that the system refuses at once', async () => {
    const config = wireConfig({ localAddress: 'not an address' });
    await expect(connectAny([LOOPBACK, OTHER], routeTo(port), config, dialControl())).rejects.toMatchObject({
      kind: 'connect',
    });
  });

  test.each([true, false])('noDelay: %s', async (noDelay) => {
    const { socket } = await connectAny([LOOPBACK], routeTo(port), wireConfig({ noDelay }), dialControl());
    const key = Object.getOwnPropertySymbols(socket).find(
      ({ description }) => description === 'kSetNoDelay',
    )!;
    expect((socket as object as Record<symbol, unknown>)[key]).toBe(noDelay);
    socket.destroy();
  });

  test('from a local address', async () => {
    const config = wireConfig({ localAddress: '127.0.0.3' });
    const { socket } = await connectAny([LOOPBACK], routeTo(port), config, dialControl());
    expect(socket.localAddress).toBe('127.0.0.3');
    socket.destroy();
  });
});

describe('giving up', () => {
  test('before it begins', async () => {
    const { tracer, names } = watch();
    const control = dialControl({ signal: AbortSignal.abort(gaveUp), tracer });
    await expect(connectAny([LOOPBACK], routeTo(port), wireConfig(), control)).rejects.toBe(gaveUp);
    await expect(connectPath('/nowhere', control)).rejects.toBe(gaveUp);
    expect(names).toEqual([]);
    await expectAllClosed();
  });

  test('while several are tried', async () => {
    const hole = await startBlackHole();
    defer(() => hole.close());
    if (hole.kind !== 'backlog') return;
    const controller = new AbortController();
    const { tracer, names } = watch();
    const control = dialControl({ signal: controller.signal, tracer });
    const pending = connectAny([LOOPBACK, LOOPBACK], routeTo(hole.port), wireConfig(), control);
    while (names.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort(gaveUp);
    await expect(pending).rejects.toBe(gaveUp);
    expect(names).toEqual(['tcp.started', 'tcp.started', 'tcp.failed', 'tcp.failed']);
  });

  test.each(['started', 'complete', 'failed'])('from within the event %s', async (outcome) => {
    const controller = new AbortController();
    const { tracer } = watch((event) => {
      if (event.name.endsWith(outcome)) controller.abort(gaveUp);
    });
    const control = dialControl({ signal: controller.signal, tracer });
    const pending = connectAny([OTHER, LOOPBACK], routeTo(port), wireConfig(), control);
    await expect(pending).rejects.toBe(gaveUp);
    await expectAllClosed();
  });
});

describe('Unix domain sockets', () => {
  test('a path that answers, and one that does not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tern-'));
    defer(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'socket');
    const local = createServer((socket) => socket.on('error', () => {}).resume());
    await listen(local, { socketPath: path });
    defer(() => stopListening(local));
    const { tracer, names, events } = watch();
    const { socket } = await connectPath(path, dialControl({ tracer }));
    socket.destroy();
    const missing = join(folder, 'missing');
    await expect(connectPath(missing, dialControl({ tracer }))).rejects.toMatchObject({
      kind: 'connect',
      code: 'ENOENT',
      peer: missing,
    });
    expect(names).toEqual([
      'unix_socket.started',
      'unix_socket.complete',
      'unix_socket.started',
      'unix_socket.failed',
    ]);
    expect(events[0]!.info).toEqual({ path });
  });

  test('a path that is longer than the system allows', async () => {
    await expect(connectPath(`/${'x'.repeat(300)}`, dialControl())).rejects.toMatchObject({
      kind: 'connect',
    });
  });
});
