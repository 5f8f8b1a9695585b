import { describe, expect, onTestFinished, test } from 'vitest';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { type Daemon, hasPrograms } from '../../fixtures/daemon.ts';
import { Client, type ClientOptions } from '../../src/index.ts';
import { startNghttpd, startNginx } from './http2-servers.ts';

/*
 * HTTP/2 servers of others: `apt-get install nginx nghttp2-server`. One that is not installed is told of and passed
 * over; under CI=true that is a failure.
 */
const ca = createCertificateAuthority();
const issued = ca.issue({ commonName: 'localhost', ipAddresses: ['127.0.0.1'] });
const serverTLS = { cert: issued.certificate, key: issued.key };

/** A server for the test that runs; null if there is none on this machine. */
async function serverOf(program: string, start: () => Promise<Daemon>): Promise<Daemon | null> {
  if (!hasPrograms(program)) return null;
  const server = await start();
  onTestFinished(() => server.close());
  return server;
}

/** A client for the test that runs. */
function clientOf(options: ClientOptions = {}): Client {
  const client = new Client({ http2: true, tls: { ca: ca.certificate }, ...options });
  onTestFinished(() => client.close());
  return client;
}

const TIMEOUT = { timeout: 60_000 };

describe('nginx', () => {
  test('agrees upon h2, and multiplexes', TIMEOUT, async () => {
    const server = await serverOf('nginx', () => startNginx(serverTLS));
    if (server === null) return;
    const url = `https://127.0.0.1:${server.port}`;
    const client = clientOf();
    const all = Array.from({ length: 300 }, (_, index) =>
      client.get(`${url}/${index % 3 === 0 ? 'protocol' : 'small'}`),
    );
    for (const [index, response] of (await Promise.all(all)).entries()) {
      expect([response.status, response.httpVersion]).toEqual([200, '2']);
      expect(response.text).toBe(index % 3 === 0 ? 'HTTP/2.0' : 'small');
    }
    expect(client.stats).toMatchObject({ opened: 1, exchanges: 0 });
    expect((await client.head(`${url}/small`)).headers.get('content-length')).toBe('5');
    expect((await client.get(`${url}/none`)).status).toBe(404);
    const early = await client.post(`${url}/refuse`, { content: new Uint8Array(3_000_000) });
    expect([early.status, early.text]).toEqual([413, 'no']);
    expect(client.stats.opened).toBe(1);
    expect((await clientOf({ http2: false }).get(`${url}/protocol`)).text).toBe('HTTP/1.1');
  });

  test('ends connections by GOAWAY as it likes, and no request notices', TIMEOUT, async () => {
    const server = await serverOf('nginx', () => startNginx(serverTLS, 10));
    if (server === null) return;
    const client = clientOf();
    for (let round = 0; round < 10; round++) {
      const all = Array.from({ length: 20 }, () => client.get(`https://127.0.0.1:${server.port}/small`));
      for (const response of await Promise.all(all)) expect(response.text).toBe('small');
    }
    expect(client.stats.opened).toBeGreaterThan(5);
    expect(client.stats.exchanges).toBe(0);
  });

  test('is reloaded: what is under way is finished, what comes gets a new connection', TIMEOUT, async () => {
    const server = await serverOf('nginx', () => startNginx(serverTLS));
    if (server === null) return;
    const url = `https://127.0.0.1:${server.port}`;
    const client = clientOf();
    const large = await client.stream('GET', `${url}/large`);
    const before = large.connection?.id;
    server.process.kill('SIGHUP');
    let later = await client.get(`${url}/protocol`);
    while (later.connection?.id === before) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      later = await client.get(`${url}/protocol`);
    }
    expect((await large.read()).bytes.length).toBe(8_000_000);
  });
});

describe('nghttpd', () => {
  test('by prior knowledge, with trailers', TIMEOUT, async () => {
    const server = await serverOf('nghttpd', () => startNghttpd());
    if (server === null) return;
    const url = `http://127.0.0.1:${server.port}`;
    const client = clientOf({ http1: false });
    const small = await client.get(`${url}/small`);
    expect([small.httpVersion, small.text]).toEqual(['2', 'small']);
    expect(small.trailers.raw).toEqual([['x-checksum', '42']]);
    const content = Buffer.alloc(2_000_000, 'abc');
    const echoed = await client.post(`${url}/`, { content });
    expect(content.equals(echoed.bytes)).toBe(true);
    const large = await client.stream('GET', `${url}/large`);
    await large.cancel();
    const all = Array.from({ length: 150 }, () => client.get(`${url}/small`));
    for (const response of await Promise.all(all)) expect(response.text).toBe('small');
    expect(client.stats).toMatchObject({ opened: 1, exchanges: 0 });
  });

  test('with few streams', TIMEOUT, async () => {
    const server = await serverOf('nghttpd', () => startNghttpd(['--max-concurrent-streams=2']));
    if (server === null) return;
    const client = clientOf({ http1: false });
    const all = Array.from({ length: 40 }, () => client.get(`http://127.0.0.1:${server.port}/small`));
    for (const response of await Promise.all(all)) expect(response.text).toBe('small');
    expect(client.stats.opened).toBe(1);
  });
});
