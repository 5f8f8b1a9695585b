import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useLendingAddon, countBorrowed } from '../../fixtures/borrowing.ts';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { createRandom, type Random, withRandom } from '../../fixtures/random.ts';
import { routeOf } from '../../fixtures/pool-setup.ts';
import { silentContext } from '../../fixtures/transport-context.ts';
import type { LendingHost } from '../backends/native/loan.ts';
import { NetworkError } from '../errors/network-error.ts';
import { RemoteProtocolError } from '../errors/remote-protocol-error.ts';
import { TimeoutException } from '../errors/timeout-exception.ts';
import { Request } from '../message/request.ts';
import type { ConnectionInfo } from '../models/connection-info.ts';
import { octetsOf, type StormAddresses } from './borrower-server.fixture.ts';
import { Borrower } from './borrower.ts';
import { startSource } from './start-worker.ts';
import { SyncClient } from './sync-client.ts';
import type { SyncTransportContext } from './sync-transport.ts';

/*
 * Requests on borrowed connections over a server that misbehaves, and ends of threads in the middle of them. They need
 * the addon, which CI builds.
 */
const isThere = useLendingAddon();

const folder = mkdtempSync(join(tmpdir(), 'borrow-'));
const path = join(folder, 'server.sock');
const authority = createCertificateAuthority();
let server: Worker;
let addresses: StormAddresses;

beforeAll(async () => {
  const { certificate, key } = authority.issue({ commonName: 'storm', ipAddresses: ['127.0.0.1'] });
  const workerData = { storm: true, seed: 7, certificate, key, path };
  server = startSource(new URL('./borrower-server.fixture.ts', import.meta.url), { workerData });
  addresses = await new Promise<StormAddresses>((resolve) => server.once('message', resolve));
});

afterAll(async () => {
  await server.terminate();
  rmSync(folder, { recursive: true });
});

/** Connections that the server sees. */
function connectionsAtServer(): Promise<number> {
  return new Promise((resolve) => {
    server.once('message', resolve);
    server.postMessage('count', []);
  });
}

/** Descriptors of this process that are no files; null where nobody can tell. */
function descriptors(): number | null {
  if (!existsSync('/proc/self/fd')) return null;
  let count = 0;
  for (const name of readdirSync('/proc/self/fd')) {
    try {
      if (!readlinkSync(`/proc/self/fd/${name}`).startsWith('/')) count++;
    } catch {
      // The one by which the folder was read.
    }
  }
  return count;
}

function clientWith(options: ConstructorParameters<typeof SyncClient>[0] = {}): SyncClient {
  return new SyncClient({ backend: 'native', baseURL: addresses.plain, ...options });
}

/** Options for the server that speaks TLS. */
function secure(): ConstructorParameters<typeof SyncClient>[0] {
  return { baseURL: addresses.secure, tls: { ca: authority.certificate } };
}

/** That these are the octets of this response, all of them. */
function expectOctets(bytes: Uint8Array, id: number, size: number): void {
  expect([bytes.length, Buffer.compare(bytes, octetsOf(id, size))]).toEqual([size, 0]);
}

/** One step of the storm; gives what it was that failed, or null. */
function step(client: SyncClient, random: Random, id: number): string | null {
  const what = random.pick([
    'length',
    'length',
    'length',
    'chunked',
    'chunked',
    'close',
    'cut',
    'drop',
    'stall',
  ]);
  const how = random.pick(['GET', 'GET', 'GET', 'POST', 'HEAD', 'stream', 'part']);
  const size = random.chance(0.3) ? random.int(0, 300_000) : random.int(0, 3000);
  const target = `/${what}/${size}/${id}`;
  const content = `body-${id}-${random.text(random.int(0, 200))}`;
  const timeout = { read: what === 'stall' ? random.int(5, 40) : 10_000 };
  const expected = octetsOf(id, size);
  const name = `${how} ${target}`;
  try {
    if (how === 'part') {
      using response = client.stream('GET', target, { timeout });
      for (const piece of response.iterBytes()) {
        expect([name, Buffer.compare(piece, expected.subarray(0, piece.length))]).toEqual([name, 0]);
        break;
      }
      return null;
    }
    const response =
      how === 'stream'
        ? client.stream('GET', target, { timeout }).read()
        : client.request(how, target, { timeout, ...(how === 'POST' ? { content } : {}) });
    expectOctets(response.bytes, id, how === 'HEAD' ? 0 : size);
    if (how === 'POST') expect(response.headers.get('x-body')).toBe(content);
    expect([name, what === 'stall' || what === 'drop']).toEqual([name, false]);
    expect([name, what === 'cut' && how !== 'HEAD']).toEqual([name, false]);
    return null;
  } catch (error) {
    const isLoss = error instanceof NetworkError || error instanceof RemoteProtocolError;
    // What may be sent again must not be lost with an idle connection.
    const mayBeLost = how === 'POST' || what === 'drop' || what === 'cut';
    if (isLoss && mayBeLost) return what;
    if (what === 'stall' && error instanceof TimeoutException) return what;
    throw new Error(`${name}: ${String(error)}`, { cause: error });
  }
}

test.runIf(isThere)('a storm of requests over a server that misbehaves', { timeout: 120_000 }, async () => {
  {
    using warm = clientWith();
    warm.get('/calm/1/1');
  }
  await expect.poll(connectionsAtServer).toBe(0);
  const atFirst = descriptors();
  const count = countBorrowed();
  const failures = new Map<string, number>();
  await withRandom((random) => {
    const clients = [
      clientWith({ limits: { maxConnections: 1 } }),
      clientWith({ limits: { maxConnections: 4 } }),
      clientWith({ ...secure(), limits: { maxConnections: 2 } }),
    ];
    for (let id = 0; id < 500; id++) {
      const failure = step(random.pick(clients), random, id);
      if (failure !== null) failures.set(failure, (failures.get(failure) ?? 0) + 1);
    }
    for (const client of clients) {
      // One that was given up by its reader is closed at the turn of the worker.
      client.get('/calm/1/1');
      const { active, idle, connections, waiting, exchanges } = client.stats;
      expect({ active, waiting, exchanges, rest: connections - idle }).toEqual({
        active: 0,
        waiting: 0,
        exchanges: 0,
        rest: 0,
      });
      client.close();
    }
  });
  count.end();
  expect(count.alone).toBeGreaterThan(100);
  await expect.poll(connectionsAtServer).toBe(0);
  await expect.poll(descriptors).toBe(atFirst);
});

test.runIf(isThere)('a connection that is asked back while it is lent never stalls', () => {
  using client = clientWith({ limits: { maxConnections: 1 }, timeout: 5000 });
  const random = createRandom(3);
  for (let i = 0; i < 2000; i++) {
    expectOctets(client.get(`/calm/20/${i}`).bytes, i, 20);
    // The loan may be on its way, or have arrived.
    for (let spins = random.int(0, 3000); spins > 0; spins--) random.next();
    expectOctets(client.stream('GET', `/calm/30/${i}`).read().bytes, i, 30);
  }
  expect(client.stats).toMatchObject({ connections: 1, opened: 1 });
});

test.runIf(isThere)('an exchange goes on when its connection is asked back', () => {
  using client = clientWith({ limits: { maxKeepAlive: 1 } });
  client.get('/calm/1/1');
  const stream = client.stream('GET', '/slow/1000/2');
  client.get('/calm/1/3');
  const count = countBorrowed();
  // The worker keeps one connection only, and the end of the other response decides for that one.
  const { bytes } = client.get('/slow/200000/4');
  count.end();
  expectOctets(bytes, 4, 200_000);
  expect(count.alone).toBe(1);
  expectOctets(stream.read().bytes, 2, 1000);
  client.get('/calm/1/5');
  expect(client.stats).toMatchObject({ connections: 1, idle: 1, active: 0 });
});

test.runIf(isThere)('a limit over everything holds for a response that never pauses', () => {
  using client = clientWith();
  client.get('/calm/1/1');
  const count = countBorrowed();
  expect(() => client.get('/flood/0/0', { timeout: { total: 500 } })).toThrow(
    expect.objectContaining({ code: 'ERR_TOTAL_TIMEOUT' }),
  );
  count.end();
  expect(count.alone).toBe(1);
  expect(client.stats.active).toBe(0);
});

test.runIf(isThere)('a request is repeated where an origin may have one connection only', () => {
  using client = clientWith({ limits: { maxPerOrigin: 1 }, timeout: { pool: 2000 } });
  client.get('/calm/1/1');
  // Another one at every attempt, as the server remembers them.
  const id = Date.now() % 1_000_000;
  expectOctets(client.get(`/dropOnce/10/${id}`).bytes, id, 10);
  expect(client.stats).toMatchObject({ connections: 1, opened: 2 });
});

test.runIf(isThere)('what was done on loan counts when the client is closed', () => {
  const client = clientWith();
  for (let i = 0; i < 4; i++) client.get('/calm/1/1');
  client.close();
  expect(client.stats).toMatchObject({ connections: 0, opened: 1, reused: 3 });
});

test.runIf(isThere).each(['secure', 'socket'])('a connection of this kind is lent: %s', (kind) => {
  using client = kind === 'secure' ? clientWith(secure()) : clientWith({ socket: { path } });
  const uses = (id: number): string | null => {
    const response = client.get(`/calm/150000/${id}`);
    expectOctets(response.bytes, id, 150_000);
    return response.headers.get('x-uses');
  };
  expect(uses(1)).toBe('1');
  const count = countBorrowed();
  expect([uses(2), uses(3)]).toEqual(['2', '3']);
  expect(count.alone).toBe(2);
  expect(() => client.get('/cut/1000/4')).toThrow(RemoteProtocolError);
  expect(() => client.get('/calm/1/1', { timeout: { read: 5000 } })).not.toThrow();
  count.end();
  expect(client.stats).toMatchObject({ connections: 1, opened: 2 });
});

test('a thread keeps connections of so many origins at hand only', () => {
  let asked = 0;
  const host = { wireBorrow: () => (asked++, -1) } as unknown as LendingHost;
  const borrower = new Borrower(host);
  const origins = Array.from({ length: 1000 }, (_, i) => `http://o${i}.test`);
  const info = { protocol: 'http/1.1', proxy: null } as unknown as ConnectionInfo;
  for (const origin of origins) borrower.add(routeOf(origin), 1, info);
  const context = silentContext() as SyncTransportContext;
  for (const origin of origins)
    expect(borrower.send(new Request('GET', `${origin}/`), routeOf(origin), context)).toBe(0);
  expect(asked).toBe(64);
});

/** Runs a program in a process of its own. */
function run(program: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('close', (code) => resolve({ code, output }));
  });
}

const sources = (name: string): string => new URL(name, import.meta.url).href;

/** Starts a thread that holds a loan. */
const starting = (blocks: boolean): string => `
  const { startSource } = await import('${sources('./start-worker.ts')}');
  const workerData = { origin: '${addresses.plain}', blocks: ${blocks} };
  const thread = startSource(new URL('${new URL('./borrower-thread.fixture.ts', import.meta.url).href}'), { workerData });
`;

test.runIf(isThere)('a thread can be ended while it blocks on a borrowed connection', async () => {
  const { code, output } = await run(`${starting(true)}
    await new Promise((resolve) => thread.once('message', resolve));
    await new Promise((resolve) => setTimeout(resolve, 150));
    console.log(await thread.terminate());
  `);
  expect([code, output]).toEqual([0, '1\n']);
});

test.runIf(isThere)('a process can end while a thread of it blocks on a borrowed connection', async () => {
  const { code, output } = await run(`${starting(true)}
    await new Promise((resolve) => thread.once('message', resolve));
    await new Promise((resolve) => setTimeout(resolve, 150));
    process.stdout.write('ends', () => process.exit(0));
  `);
  expect([code, output]).toEqual([0, 'ends']);
});

test.runIf(isThere)('a thread can end while it holds a loan', async () => {
  const { code, output } = await run(`${starting(false)}
    console.log(await new Promise((resolve) => thread.once('exit', resolve)));
  `);
  expect([code, output]).toEqual([0, '0\n']);
});

test.runIf(isThere).each(['process.exit(0)', ''])(
  'a process can end while it holds a loan: %s',
  async (end) => {
    const { code, output } = await run(`
    const { SyncClient } = await import('${sources('../sync.ts')}');
    const client = new SyncClient({ baseURL: '${addresses.plain}', backend: 'native' });
    client.get('/calm/1/1');
    (await import('node:fs')).writeSync(1, client.get('/calm/1/1').headers.get('x-uses'));
    ${end}
  `);
    expect([code, output]).toEqual([0, '2']);
  },
);
