import { connect as connectTCP } from 'node:net';
import { describe, expect, test } from 'vitest';
import { guardAgainstLeaks } from '../../../fixtures/leak-guard.ts';
import { createCertificateAuthority, EXPIRED } from '../../../fixtures/certificates.ts';
import { startHTTPServer } from '../../../fixtures/http-server.ts';
import type { ScriptedServer, ScriptedServerOptions } from '../../../fixtures/scripted-server.ts';
import { startScriptedServer } from '../../../fixtures/scripted-server.ts';
import { dialControl, routeTo, wireConfig } from '../../../fixtures/wire-setup.ts';
import { Redaction } from '../../models/redaction.ts';
import type { TLSOptions } from '../../models/tls-options.ts';
import { type TraceEvent, Tracer } from '../../models/trace.ts';
import { type DialControl, type Route, WireError } from '../contract.ts';
import { describeTLS, handshake } from './handshake.ts';
import { tlsContext } from './tls-context.ts';

const ca = createCertificateAuthority();
const issued = ca.issue({ commonName: 'h', dnsNames: ['host.test'], ipAddresses: ['127.0.0.1'] });
const serverTLS = { cert: issued.certificate, key: issued.key };
const defer = guardAgainstLeaks();

async function serve(options: ScriptedServerOptions = { tls: serverTLS }): Promise<ScriptedServer> {
  const server = await startScriptedServer(options, async (peer) => {
    await peer.closed;
  });
  defer(() => server.close());
  return server;
}

async function negotiate(
  server: { readonly port: number },
  tls: TLSOptions = { ca: ca.certificate },
  route: Partial<Route> = {},
  control: Partial<DialControl> = {},
): ReturnType<typeof handshake> {
  const socket = connectTCP(server.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const secure = await handshake({
    socket,
    route: routeTo(server.port, { secure: true, ...route }),
    config: wireConfig({ tls }),
    context: tlsContext(tls, false),
    alpn: ['http/1.1'],
    peer: 'peer',
    control: dialControl(control),
    step: 'connection.start_tls',
  });
  defer(() => void secure.destroy());
  return secure;
}

describe('success', () => {
  test('what was agreed upon', async () => {
    const server = await serve({ tls: { ...serverTLS, ALPNProtocols: ['h2', 'http/1.1'] } });
    const secure = await negotiate(server, undefined, { hostname: 'host.test' });
    expect(describeTLS(secure)).toEqual({
      protocol: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_/),
      alpn: 'http/1.1',
      servername: 'host.test',
      authorized: true,
      resumed: false,
    });
    secure.destroy();
    expect(describeTLS(secure)).toMatchObject({ cipher: 'unknown', resumed: false });
  });

  test('an address is checked but not sent as a name', async () => {
    const server = await serve();
    const secure = await negotiate(server);
    expect(describeTLS(secure)).toMatchObject({ servername: null, alpn: null, authorized: true });
    await server.untilOpen(1);
    expect(server.peers[0]?.tls?.servername).toBeUndefined();
  });

  test('the name of the route goes before that of the options, that before the host', async () => {
    const server = await serve();
    const tls = { ca: ca.certificate, servername: 'host.test' };
    expect(describeTLS(await negotiate(server, tls)).servername).toBe('host.test');
    await expect(negotiate(server, tls, { servername: 'other.test' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      message: "the certificate is not valid for 'other.test' (ERR_TLS_CERT_ALTNAME_INVALID)",
    });
  });

  test('what fails before anybody listens does not end the process', async () => {
    const secure = await negotiate(await serve());
    secure.destroy(new Error('too early'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(secure.destroyed).toBe(true);
  });
});

describe('failure', () => {
  test.each([
    ['an expired certificate', EXPIRED, {}, 'CERT_HAS_EXPIRED'],
    ['another name', { ipAddresses: ['127.0.0.9'] }, {}, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['an unknown authority', {}, { ca: createCertificateAuthority().certificate }, undefined],
  ])('%s', async (_what, changes, tls, code) => {
    const own = ca.issue({ commonName: 'h', ipAddresses: ['127.0.0.1'], ...changes });
    // Not a scripted one: those allow half-open sockets, so they do not see who leaves during the handshake.
    const server = await startHTTPServer({ tls: { cert: own.certificate, key: own.key } });
    defer(() => server.close());
    await expect(negotiate(server, { ca: ca.certificate, ...tls })).rejects.toMatchObject({
      name: 'WireError',
      kind: 'tls',
      phase: 'tls',
      peer: 'peer',
      code: code ?? expect.any(String),
      retrySafe: true,
    });
    await server.untilOpen(0);
  });

  test('a check of the name that throws refuses', async () => {
    const server = await serve();
    const tls: TLSOptions = {
      ca: ca.certificate,
      checkServerIdentity() {
        throw new Error('never');
      },
    };
    await expect(negotiate(server, tls)).rejects.toMatchObject({ kind: 'tls', message: 'never' });
  });

  test('a server that does not speak TLS', async () => {
    const server = await startScriptedServer(async (peer) => {
      await peer.readSome();
      await peer.send('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    defer(() => server.close());
    await expect(negotiate(server)).rejects.toMatchObject({
      kind: 'tls',
      message: expect.stringContaining('the peer does not speak TLS'),
    });
  });

  test('a server that leaves', async () => {
    const server = await startScriptedServer(async (peer) => {
      await peer.readSome();
      await peer.end();
    });
    defer(() => server.close());
    await expect(negotiate(server)).rejects.toMatchObject({
      kind: 'tls',
      code: 'ECONNRESET',
      message: 'the peer closed the connection during the TLS handshake (ECONNRESET)',
    });
  });

  test('a log of keys that cannot be written', async () => {
    const server = await serve();
    const tls = { ca: ca.certificate };
    const context = tlsContext(tls, false);
    Object.assign(context, {
      keyLog() {
        throw new Error('the disk is full');
      },
    });
    await expect(negotiate(server, tls)).rejects.toMatchObject({ kind: 'tls', message: 'the disk is full' });
  });

  test('a session of a failed handshake is not offered again', async () => {
    const server = await serve();
    const tls = { ca: createCertificateAuthority().certificate };
    const context = tlsContext(tls, false);
    context.sessions.set(`test:${server.port}`, Buffer.from('nonsense'));
    await expect(negotiate(server, tls)).rejects.toMatchObject({ kind: expect.any(String) });
    expect(context.sessions.size).toBe(0);
  });
});

describe('giving up', () => {
  const gaveUp = new WireError({ kind: 'aborted', phase: 'tls', reason: 'enough' });

  async function silent(): Promise<ScriptedServer> {
    const server = await startScriptedServer(async (peer) => {
      await peer.closed;
    });
    defer(() => server.close());
    return server;
  }

  test('before it begins, and while the peer is silent', async () => {
    const server = await silent();
    const signal = AbortSignal.abort(gaveUp);
    await expect(negotiate(server, undefined, {}, { signal })).rejects.toBe(gaveUp);
    const controller = new AbortController();
    const pending = negotiate(server, undefined, {}, { signal: controller.signal });
    await server.untilOpen(1);
    controller.abort(gaveUp);
    await expect(pending).rejects.toBe(gaveUp);
    await server.untilOpen(0);
  });

  test('from within the first event', async () => {
    const server = await silent();
    const controller = new AbortController();
    const names: string[] = [];
    const tracer = new Tracer(1, Redaction.off, [
      ({ name }: TraceEvent) => {
        names.push(name);
        controller.abort(gaveUp);
      },
    ]);
    await expect(negotiate(server, undefined, {}, { signal: controller.signal, tracer })).rejects.toBe(
      gaveUp,
    );
    expect(names).toEqual(['connection.start_tls.started', 'connection.start_tls.failed']);
    await server.untilOpen(0);
  });
});
