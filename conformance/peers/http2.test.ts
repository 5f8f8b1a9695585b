import { describe, expect, test } from 'vitest';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { Client } from '../../src/index.ts';
import { isInstalled, type RunningServer, startNghttpd, startNginx } from './http2-servers.ts';

/*
 * HTTP/2 servers of others: `apt-get install nginx nghttp2-server`. One that is not installed is told of and passed
 * over; under CI=true that is a failure.
 */
const ca = createCertificateAuthority();
const issued = ca.issue({ commonName: 'localhost', ipAddresses: ['127.0.0.1'] });
const serverTLS = { cert: issued.certificate, key: issued.key };

/** A test that needs a program of others. */
function peerTest(
  name: string,
  program: string,
  start: () => Promise<RunningServer>,
  run: (server: RunningServer) => Promise<void>,
): void {
  test(name, { timeout: 60_000 }, async () => {
    if (!isInstalled(program)) {
      if (process.env['CI'] === 'true') throw new Error(`${program} is not installed`);
      console.warn(`PASSED OVER: ${name}: ${program} is not installed`);
      return;
    }
    const server = await start();
    try {
      await run(server);
    } finally {
      await server.close();
    }
  });
}

async function withClient(options: object, run: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ http2: true, tls: { ca: ca.certificate }, ...options });
  try {
    await run(client);
  } finally {
    await client.close();
  }
}

describe('nginx', () => {
  peerTest(
    'agrees upon h2, and multiplexes',
    'nginx',
    () => startNginx(serverTLS),
    async ({ port }) => {
      const url = `https://127.0.0.1:${port}`;
      await withClient({}, async (client) => {
        const all = Array.from({ length: 300 }, (_, index) =>
          index % 3 === 0 ? client.get(`${url}/protocol`) : client.get(`${url}/small`),
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
      });
      await withClient({ http2: false }, async (client) => {
        expect((await client.get(`${url}/protocol`)).text).toBe('HTTP/1.1');
      });
    },
  );

  peerTest(
    'ends connections by GOAWAY as it likes, and no request notices',
    'nginx',
    () => startNginx(serverTLS, 10),
    async ({ port }) => {
      await withClient({}, async (client) => {
        for (let round = 0; round < 10; round++) {
          const all = Array.from({ length: 20 }, () => client.get(`https://127.0.0.1:${port}/small`));
          for (const response of await Promise.all(all)) expect(response.text).toBe('small');
        }
        expect(client.stats.opened).toBeGreaterThan(5);
        expect(client.stats.exchanges).toBe(0);
      });
    },
  );

  peerTest(
    'is reloaded: what is under way is finished, what comes gets a new connection',
    'nginx',
    () => startNginx(serverTLS),
    async (server) => {
      const url = `https://127.0.0.1:${server.port}`;
      await withClient({}, async (client) => {
        const large = await client.stream('GET', `${url}/large`);
        const before = large.connection?.id;
        server.process.kill('SIGHUP');
        let later = await client.get(`${url}/protocol`);
        for (let count = 0; count < 200 && later.connection?.id === before; count++) {
          await new Promise((resolve) => {
            setTimeout(resolve, 20);
          });
          later = await client.get(`${url}/protocol`);
        }
        expect(later.connection?.id).not.toBe(before);
        expect((await large.read()).bytes.length).toBe(8_000_000);
      });
    },
  );
});

describe('nghttpd', () => {
  peerTest(
    'by prior knowledge, with trailers',
    'nghttpd',
    () => startNghttpd(),
    async ({ port }) => {
      const url = `http://127.0.0.1:${port}`;
      await withClient({ http1: false }, async (client) => {
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
    },
  );

  peerTest(
    'with few streams',
    'nghttpd',
    () => startNghttpd(['--max-concurrent-streams=2']),
    async ({ port }) => {
      await withClient({ http1: false }, async (client) => {
        const all = Array.from({ length: 40 }, () => client.get(`http://127.0.0.1:${port}/small`));
        for (const response of await Promise.all(all)) expect(response.text).toBe('small');
        expect(client.stats.opened).toBe(1);
      });
    },
  );
});
