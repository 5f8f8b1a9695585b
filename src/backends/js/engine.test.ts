import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../../fixtures/leak-guard.ts';
import { refusedPort } from '../../../fixtures/black-hole.ts';
import { createCertificateAuthority } from '../../../fixtures/certificates.ts';
import { RecordingSink, wireRequest } from '../../../fixtures/recording-sink.ts';
import { startReplyServer } from '../../../fixtures/reply-server.ts';
import type { ScriptedServerOptions } from '../../../fixtures/scripted-server.ts';
import { startScriptedServer } from '../../../fixtures/scripted-server.ts';
import { dialControl, routeTo, wireConfig } from '../../../fixtures/wire-setup.ts';
import { InvalidArgument } from '../../errors/invalid-argument.ts';
import type { Connection, DialControl, Route, WireConfig } from '../contract.ts';
import { WireError } from '../contract.ts';
import { jsBackend } from './engine.ts';

const ca = createCertificateAuthority();
const issued = ca.issue({ commonName: 'localhost', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] });
const defer = guardAgainstLeaks();

async function serve(options: ScriptedServerOptions = {}): Promise<number> {
  const server = await startReplyServer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', options);
  defer(() => server.close());
  return server.port;
}

async function dial(
  port: number,
  route: Partial<Route> = {},
  config: Partial<WireConfig> = {},
  control: Partial<DialControl> = {},
): Promise<Connection> {
  const connection = await jsBackend.wire!.connect(
    routeTo(port, route),
    wireConfig(config),
    dialControl(control),
  );
  defer(() => connection.close('abort'));
  return connection;
}

async function get(connection: Connection): Promise<string> {
  const sink = new RecordingSink();
  connection.exchange(wireRequest(), sink);
  return (await sink.ended).body;
}

test('what it says about itself', () => {
  expect(jsBackend.info).toMatchObject({ name: 'js', abi: 1, target: 'js' });
  expect(jsBackend.wire!.supports(wireConfig())).toEqual([]);
});

describe('what a connection tells', () => {
  test('to an address', async () => {
    const port = await serve();
    const connection = await dial(port);
    expect(connection.meta).toEqual({
      backend: 'js',
      protocol: 'http/1.1',
      id: expect.any(Number),
      localAddress: '127.0.0.1',
      localPort: expect.any(Number),
      remoteAddress: '127.0.0.1',
      remotePort: port,
      tls: null,
      proxy: null,
      timings: { dns: null, connect: expect.any(Number), tls: null, proxy: null },
    });
    expect(await get(connection)).toBe('ok');
    expect((await dial(port)).meta.id).toBe(connection.meta.id + 1);
  });

  test('to a name, with TLS', async () => {
    const port = await serve({ tls: { cert: issued.certificate, key: issued.key } });
    const connection = await dial(
      port,
      { secure: true, hostname: 'localhost' },
      { tls: { ca: ca.certificate }, family: 4 },
    );
    expect(connection.meta).toMatchObject({
      tls: { protocol: 'TLSv1.3', servername: 'localhost' },
      timings: { dns: expect.any(Number), connect: expect.any(Number), tls: expect.any(Number) },
    });
    expect(await get(connection)).toBe('ok');
  });

  test('to a Unix domain socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tern-'));
    defer(() => rmSync(folder, { recursive: true }));
    const socketPath = join(folder, 'socket');
    await serve({ socketPath });
    const connection = await dial(80, { hostname: 'ignored.test' }, { socketPath });
    expect(connection.meta).toMatchObject({
      remoteAddress: socketPath,
      remotePort: null,
      timings: { dns: null },
    });
    expect(await get(connection)).toBe('ok');
  });
});

describe('failures', () => {
  test('are wire errors, with the phase that was reached', async () => {
    const refused = await refusedPort();
    defer(() => refused.close());
    await expect(dial(refused.port)).rejects.toMatchObject({ kind: 'connect', phase: 'connect' });
    await expect(dial(1, { hostname: 'no.such.host.invalid' })).rejects.toMatchObject({
      kind: 'dns',
      phase: 'dns',
    });
  });

  test('options that cannot be used show before anything is opened', async () => {
    const server = await startScriptedServer(() => {});
    defer(() => server.close());
    const pending = dial(server.port, { secure: true }, { tls: { cert: 'nonsense', key: 'nonsense' } });
    await expect(pending).rejects.toBeInstanceOf(WireError);
    await expect(pending).rejects.toMatchObject({ kind: 'internal', cause: expect.any(InvalidArgument) });
    expect(server.connections).toBe(0);
  });
});

describe('the deadline', () => {
  const soon = (): number => performance.now() + 30;

  test('covers the lookup', async () => {
    const pending = dial(1, { hostname: 'h.test' }, { lookup: () => {} }, { deadline: soon() });
    await expect(pending).rejects.toMatchObject({
      kind: 'connect-timeout',
      phase: 'dns',
      message: expect.stringMatching(/^no connection within \d+ ms$/),
      retrySafe: true,
    });
  });

  test('covers TLS', async () => {
    const server = await startScriptedServer(async (peer) => {
      await peer.closed;
    });
    defer(() => server.close());
    const pending = dial(server.port, { secure: true }, {}, { deadline: soon() });
    await expect(pending).rejects.toMatchObject({
      kind: 'connect-timeout',
      phase: 'tls',
      peer: `127.0.0.1:${server.port}`,
    });
    await server.untilOpen(0);
  });

  test('may have passed already, or lie as far away as it likes', async () => {
    const port = await serve();
    await expect(dial(port, {}, {}, { deadline: 0 })).rejects.toMatchObject({ kind: 'connect-timeout' });
    const connection = await dial(port, {}, {}, { deadline: 1e15 });
    expect(await get(connection)).toBe('ok');
  });

  test('the signal ends the attempt beside it', async () => {
    const controller = new AbortController();
    const reason = new WireError({ kind: 'aborted', phase: 'connect', reason: 'enough' });
    const pending = dial(
      1,
      { hostname: 'h.test' },
      { lookup: () => controller.abort(reason) },
      { deadline: performance.now() + 60_000, signal: controller.signal },
    );
    await expect(pending).rejects.toBe(reason);
    const { signal } = controller;
    await expect(dial(await serve(), {}, {}, { deadline: 1e15, signal })).rejects.toBe(reason);
  });
});
