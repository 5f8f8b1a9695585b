import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { type Daemon, hasPrograms } from '../../fixtures/daemon.ts';
import { type HTTPServer, startHTTPServer } from '../../fixtures/http-server.ts';
import { Client, ProxyError, type ProxyInit } from '../../src/index.ts';
import { startMicrosocks, startNghttpx, startStunnel, startTinyproxy } from './proxy-peers.ts';

/*
 * Proxies of others: `apt-get install tinyproxy microsocks stunnel4 nghttp2-proxy`. One that is not installed is told of
 * and passed over; under CI=true that is a failure.
 */
const ca = createCertificateAuthority();
const issued = ca.issue({ commonName: 'localhost', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] });
const serverTLS = { cert: issued.certificate, key: issued.key };
const tls = { ca: ca.certificate };

let plain: HTTPServer;
let secure: HTTPServer;

beforeAll(async () => {
  plain = await startHTTPServer();
  secure = await startHTTPServer({ tls: serverTLS });
});

afterAll(async () => {
  await plain.close();
  await secure.close();
});

/**
 * What any proxy has to pass on: small and large bodies in both directions, errors, kept connections.
 *
 * @returns how many connections are still busy
 */
async function exercise(proxy: ProxyInit, origins: readonly HTTPServer[] = [plain, secure]): Promise<number> {
  const client = new Client({ proxy, tls, limits: { maxConnections: 2 } });
  try {
    for (const origin of origins) {
      const content = Buffer.alloc(300_000, 'tern');
      const echo = await client.post(origin.url('/echo'), { content });
      expect(echo.status).toBe(200);
      expect(echo.json<{ body: { length: number } }>().body.length).toBe(content.length);
      expect(echo.connection?.proxy).not.toBeNull();
      const first = await client.get(origin.url('/get'));
      const second = await client.get(origin.url('/get'));
      expect([first.status, second.status]).toEqual([200, 200]);
      // A tunnel stays open; whether a proxy that reads requests keeps its connections is up to it.
      if (second.connection?.proxy?.isTunnel === true) expect(second.connection.reused).toBe(true);
      expect((await client.get(origin.url('/status/404'))).status).toBe(404);
      const all = await Promise.all(Array.from({ length: 6 }, () => client.get(origin.url('/get'))));
      expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    }
    return client.stats.active;
  } finally {
    await client.close();
  }
}

async function using<T>(peer: Daemon, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } finally {
    await peer.close();
  }
}

describe('proxies of others', () => {
  test('tinyproxy', { timeout: 60_000 }, async () => {
    if (!hasPrograms('tinyproxy')) return;
    const peer = await startTinyproxy('me', 'secret');
    await using(peer, async () => {
      await exercise(`http://me:secret@127.0.0.1:${peer.port}`);
      await exercise({ url: `http://127.0.0.1:${peer.port}`, auth: ['me', 'secret'], tunnel: true }, [
        secure,
      ]);
      const client = new Client({ proxy: `http://127.0.0.1:${peer.port}`, tls });
      expect((await client.get(plain.url('/get'))).status).toBe(407);
      const error: unknown = await client.get(secure.url('/get')).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ProxyError);
      const { response } = error as ProxyError;
      expect(response?.status).toBe(407);
      expect(response?.headers.get('proxy-authenticate')).toMatch(/^Basic /);
      expect(response?.text).toMatch(/407/);
      await client.close();
    });
  });

  test('microsocks', { timeout: 60_000 }, async () => {
    if (!hasPrograms('microsocks')) return;
    const peer = await startMicrosocks('me', 'secret');
    await using(peer, async () => {
      for (const scheme of ['socks5', 'socks5h'])
        await exercise(`${scheme}://me:secret@127.0.0.1:${peer.port}`);
      const url = `socks5://127.0.0.1:${peer.port}`;
      const wrong = new Client({ proxy: { url, auth: ['me', 'wrong'] } });
      await expect(wrong.get(plain.url('/get'))).rejects.toThrow(/Invalid username\/password/);
      await expect(wrong.get(plain.url('/get'), { proxy: url })).rejects.toThrow(/NO ACCEPTABLE METHODS/);
      const right = { proxy: { url, auth: ['me', 'secret'] } } as const;
      await expect(wrong.get('http://127.0.0.1:1/', right)).rejects.toThrow(ProxyError);
      await wrong.close();
    });
  });

  test('stunnel in front of tinyproxy: TLS in TLS', { timeout: 60_000 }, async () => {
    if (!hasPrograms('stunnel4', 'tinyproxy')) return;
    const inner = await startTinyproxy('me', 'secret');
    await using(inner, async () => {
      const outer = await startStunnel(inner.port, serverTLS);
      const proxy = { url: `https://me:secret@localhost:${outer.port}`, tls };
      expect(await using(outer, () => exercise(proxy))).toBe(0);
    });
  });

  test('nghttpx in front of tinyproxy: an https proxy', { timeout: 60_000 }, async () => {
    if (!hasPrograms('nghttpx', 'tinyproxy')) return;
    const inner = await startTinyproxy('me', 'secret');
    await using(inner, async () => {
      const outer = await startNghttpx(inner.port, serverTLS);
      // Tunnels only: what it forwards to tinyproxy it may lose to a connection that tinyproxy has just closed.
      const proxy = { url: `https://me:secret@localhost:${outer.port}`, tls };
      expect(await using(outer, () => exercise(proxy, [secure]))).toBe(0);
    });
  });
});
